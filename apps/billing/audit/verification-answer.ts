import { type Checked, type VerifyStep } from '@seatledger/audit';

export type Steps = AsyncGenerator<VerifyStep, Checked>;

/** The answer as it is written while the work goes on: a failure stands in it as soon as it is found. */
export async function* verificationAnswer(
  first: IteratorResult<VerifyStep, Checked>,
  steps: Steps,
): AsyncGenerator<string> {
  yield '{"failures":[';
  let found = 0;
  for (let step = first; ; step = await steps.next()) {
    if (step.done === true) {
      const checked = Object.values<number>({ ...step.value }).reduce((sum, count) => sum + count, 0);
      yield `],"failed":${found},"checked":${checked},"checkedByKind":${JSON.stringify(step.value)}}\n`;
      return;
    }
    if (step.value.kind === 'failure') {
      yield `${found === 0 ? '' : ','}\n${JSON.stringify(step.value.failure)}`;
      found += 1;
    } else {
      // White space, which keeps the connection from looking idle.
      yield ' ';
    }
  }
}
