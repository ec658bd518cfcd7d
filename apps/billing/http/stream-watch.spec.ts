import { StreamWatch } from './stream-watch';

describe('the watch over a stream', () => {
  let isLetIn: boolean;
  let watch: StreamWatch;
  beforeEach(() => {
    jest.useFakeTimers();
    isLetIn = true;
    watch = new StreamWatch(() => isLetIn, Date.now);
  });
  afterEach(() => {
    watch.stop();
    jest.useRealTimers();
  });

  it('ends it within a second when its key is let in no longer', () => {
    jest.advanceTimersByTime(10_000);
    expect(watch.signal.aborted).toBe(false);
    isLetIn = false;
    jest.advanceTimersByTime(1000);
    expect(watch.signal.aborted).toBe(true);
  });

  it('says at once, before a command, whether it may go on', () => {
    expect(watch.check()).toBe(true);
    isLetIn = false;
    expect(watch.check()).toBe(false);
    // Ended is ended, also when the key is let in again.
    isLetIn = true;
    expect(watch.check()).toBe(false);
  });

  it('ends it when nothing happens for five minutes', () => {
    jest.advanceTimersByTime(299_000);
    watch.note();
    jest.advanceTimersByTime(299_000);
    expect(watch.signal.aborted).toBe(false);
    jest.advanceTimersByTime(1000);
    expect(watch.signal.aborted).toBe(true);
  });
});
