import { defused, licenseesCsv } from './licensees-csv';

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
      { unitId: 'm1', name: 'Änne', email: 'a@x.example', teamNames: ['A', 'B'], quantity: '1' },
      { unitId: 'm2', name: null, email: null, teamNames: [], quantity: '1' },
    ];
    expect(licenseesCsv('user', units)).toBe(
      '\ufeffmemberId,name,email,teams,quantity\r\nm1,Änne,a@x.example,A; B,1\r\nm2,,,,1\r\n',
    );
  });
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('defuses %j', (name) => {
    expect(licenseesCsv('team', [{ unitId: '-x', name, quantity: '1' }])).toMatch(/^'-x,"?'[=+\-@\t\r]/m);
  });
  it.each([
    ['Vertrieb;=HYPERLINK(1)', "Vertrieb;'=HYPERLINK(1)"],
    ['a; =1;+2', "a;' =1;'+2"],
    ['a\n=1', "a\n'=1"],
    ['a\r\n@x', "a\r\n'@x"],
    ['a\t-1', "a\t'-1"],
    ['"=1"', '\'"=1"'],
    ['a;"=1";b', 'a;\'"=1";b'],
    ['＝1', "'＝1"],
    ['a-b=c; d', 'a-b=c; d'],
  ])('defuses what a spreadsheet may take for a cell in %j', (cell, safe) => {
    expect(defused(cell)).toBe(safe);
  });
  it("defuses each of a member's teams", () => {
    const unit = { unitId: 'm', name: 'M', email: 'm@x.example', teamNames: ['A', '=1+1'], quantity: '1' };
    expect(licenseesCsv('user', [unit])).toContain("A;' =1+1");
  });
  it('has its header even for nobody', () => {
    expect(licenseesCsv('user', [])).toBe('\ufeffmemberId,name,email,teams,quantity\r\n');
  });
});
