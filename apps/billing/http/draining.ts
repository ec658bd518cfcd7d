/** Tells long answers that the service stops: they end at the next whole line. */
export class Draining {
  private readonly aborter = new AbortController();

  get signal(): AbortSignal {
    return this.aborter.signal;
  }

  begin(): void {
    this.aborter.abort();
  }
}
