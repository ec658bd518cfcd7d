/** What the benchmarks share: rows of results, and rounds with their medians. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  /** One figure for each round, in the order measured. */
  readonly samples: readonly number[];
  /** What was written or read. */
  readonly data: string;
  /** What had happened when an operation counted as done. */
  readonly durability: string;
  /** Share of other rows' medians, by their names. */
  readonly ratioTo?: Readonly<Record<string, number>>;
  /** Of single requests, in ms: the medians over the rounds. */
  readonly latency?: { readonly p50: number; readonly p99: number };
}

export interface BenchOptions {
  /** Where the files are made; each run removes its own. */
  readonly folder: string;
  readonly rounds?: number;
  /** Lengthens or shortens every measurement. */
  readonly scale?: number;
}

export interface Measurement {
  readonly name: string;
  readonly data: string;
  readonly durability: string;
  readonly ratioTo?: readonly string[];
  /** Where it is another than that of the other rows. */
  readonly unit?: string;
  /** Measures once. @returns operations a second, or what else the unit says */
  readonly measure: (round: number) => Promise<number> | number;
}

/** Runs all measurements once a round, so that a slow moment of the machine meets all of them. */
export async function runRounds(measurements: readonly Measurement[], unit: string, rounds: number): Promise<Row[]> {
  const samples = measurements.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { measure }] of measurements.entries()) samples[index]?.push(await measure(round));
  }
  const medians = new Map(measurements.map(({ name }, index) => [name, median(samples[index] ?? [])]));
  return measurements.map(({ name, data, durability, ratioTo = [], unit: ownUnit = unit }, index) => {
    const own = medians.get(name) ?? NaN;
    const ratios = ratioTo.map((other) => [other, Number((own / (medians.get(other) ?? NaN)).toFixed(3))]);
    return {
      name,
      unit: ownUnit,
      median: rounded(own),
      samples: (samples[index] ?? []).map(rounded),
      data,
      durability,
      ...(ratios.length > 0 ? { ratioTo: Object.fromEntries(ratios) as Record<string, number> } : {}),
    };
  });
}

/** Small figures keep a decimal. */
const rounded = (value: number): number => (value < 100 ? Math.round(value * 10) / 10 : Math.round(value));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/** Operations a second of an action that does `count` of them. */
export async function rate(count: number, action: () => Promise<void> | void): Promise<number> {
  const start = process.hrtime.bigint();
  await action();
  return (count * 1e9) / Number(process.hrtime.bigint() - start);
}

export function print(rows: readonly Row[]): void {
  for (const { name, median: middle, unit, samples, ratioTo, latency } of rows) {
    const ratios = Object.entries(ratioTo ?? {}).map(([other, ratio]) => `${ratio} of "${other}"`);
    const latencies = latency === undefined ? [] : [`p50 ${latency.p50} ms, p99 ${latency.p99} ms`];
    console.log([name, `${middle} ${unit}`, `(${samples.join(', ')})`, ...latencies, ...ratios].join('  '));
  }
}
