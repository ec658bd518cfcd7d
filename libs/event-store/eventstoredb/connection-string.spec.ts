import { BadConnectionString, parseConnectionString } from './connection-string';

describe('a connection string', () => {
  it.each([
    ['esdb://127.0.0.1:2113?tls=false', '127.0.0.1:2113', undefined],
    ['esdb://admin:ch%40ngeit@db.example', 'db.example', undefined],
    ['esdb://a:1,b:2,c.example:3/?nodePreference=leader', 'a:1,b:2,c.example:3', undefined],
    ['esdb+discover://admin:x@cluster.example:2113/', 'cluster.example:2113', undefined],
    ['esdb://db:2113?defaultDeadline=3000&keepAliveInterval=-1&node-preference=leader', 'db:2113', 3_000],
    [`esdb://db?tlsCAFile=${encodeURIComponent(__filename)}&connectionName=billing`, 'db', undefined],
  ])('%s is taken', (url, hosts, deadline) => {
    expect(parseConnectionString(url)).toEqual({ hosts, deadline });
  });

  it.each([
    ['', 'must be an EventStoreDB connection string'],
    ['http://127.0.0.1:2113', 'must be an EventStoreDB connection string'],
    ['esdb://', 'must be an EventStoreDB connection string'],
    ['esdb://admin:pass:word@db', 'must be an EventStoreDB connection string'],
    ['esdb://db:http', 'must have hosts such as db1.example:2113, not "db:http"'],
    ['esdb://db:99999', 'not "db:99999"'],
    ['esdb://a:1,,b:2', 'not ""'],
    ['esdb://db?tsl=false', 'has the unknown option "tsl"; known are connectionName, defaultDeadline'],
    ['esdb://db?tls=no', 'must have tls=true or false, not "no"'],
    ['esdb://db?tls', 'must have tls=true or false, not ""'],
    ['esdb://db?nodePreference=follower', 'must have nodePreference=leader'],
    ['esdb://db?throwOnAppendFailure=false', 'must have throwOnAppendFailure=true'],
    ['esdb://db?tlsVerifyCert=false', 'give tlsCAFile'],
    ['esdb://db?tlsCAFile=/nowhere/ca.pem', 'must have tlsCAFile=a file that exists, not "/nowhere/ca.pem"'],
    ['esdb://db?defaultDeadline=soon', 'must have defaultDeadline=milliseconds'],
    ['esdb://db?defaultDeadline=-1', 'must have defaultDeadline=milliseconds'],
    [`esdb://db?userCertFile=${__filename}`, 'userCertFile and userKeyFile together'],
    ['esdb://admin:secret@db?tls=false', 'they are only sent over TLS'],
  ])('%s is refused', (url, message) => {
    const refused = () => parseConnectionString(url);
    expect(refused).toThrow(BadConnectionString);
    expect(refused).toThrow(message);
  });

  it('is never repeated where it may hold a password', () => {
    for (const url of [
      'esdb://admin:secret@',
      'esdb://admin:secret@db:x',
      'http://admin:secret@db',
      'esdb://admin:s@cret@db',
    ]) {
      let message = '';
      try {
        parseConnectionString(url);
      } catch (error) {
        expect(error).toBeInstanceOf(BadConnectionString);
        message = (error as Error).message;
      }
      expect(message).not.toBe('');
      expect(message).not.toContain('cret');
    }
  });
});
