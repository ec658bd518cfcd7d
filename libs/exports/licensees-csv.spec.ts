import { licenseesCsv } from './licensees-csv';

describe('the licensees as CSV', () => {
  it('has a row for each team', () => {
    const units = [
      { unitId: 'A', name: 'Vertrieb "Süd", Münster', quantity: '1' },
      { unitId: 'B', name: 'Zwei\nZeilen', quantity: '0.7097' },
    ];
    expect(licenseesCsv('team', units)).toBe(
      '\ufeffteamId,name,quantity\r\nA,"Vertrieb ""Süd"", Münster",1\r\nB,"Zwei\nZeilen",0.7097\r\n',
    );
  });
  it('has a row for each member, an erased one without name', () => {
    const units = [
      { unitId: 'm1', name: 'Änne', email: 'a@x.example', teams: ['A', 'B'], quantity: '1' },
      { unitId: 'm2', name: null, email: null, teams: [], quantity: '1' },
    ];
    expect(licenseesCsv('user', units)).toBe(
      '\ufeffmemberId,name,email,teams,quantity\r\nm1,Änne,a@x.example,A; B,1\r\nm2,,,,1\r\n',
    );
  });
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('defuses %j', (name) => {
    expect(licenseesCsv('team', [{ unitId: '-x', name, quantity: '1' }])).toMatch(/^'-x,"?'[=+\-@\t\r]/m);
  });
  it('has its header even for nobody', () => {
    expect(licenseesCsv('user', [])).toBe('\ufeffmemberId,name,email,teams,quantity\r\n');
  });
});
