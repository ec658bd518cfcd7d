// The fictional customers: who they are, how large, and what they agreed to pay.

const DE = (name, street, postalCode, city, more = {}) => ({ name, street, postalCode, city, country: 'DE', ...more });

/** Sizes are the members and teams at the beginning; `growth` the yearly change of the members. */
const described = [];
const add = (id, name, started, members, teams, contract, more = {}) =>
  described.push({ id, name, started, members, teams, contract, growth: 0.06, actions: [], ...more });

const eur = (unitPriceMinor, billTo, more = {}) => ({
  unitPriceMinor,
  currency: 'EUR',
  firstMonth: '2025-01',
  billTo,
  ...more,
});

// Around the border between the variants: one millisecond decides which default holds.
add(
  'border-before',
  'Grenzfall Vorher GmbH',
  '2023-02-28T22:59:59.999Z',
  40,
  5,
  eur(620, DE('Grenzfall Vorher GmbH', 'Uferstraße 1', '20457', 'Hamburg'), {
    invoiceMailbox: 'rechnung@grenzfall-vorher.example',
  }),
);
add(
  'border-after',
  'Grenzfall Nachher GmbH',
  '2023-02-28T23:00:00.000Z',
  40,
  5,
  eur(3900, DE('Grenzfall Nachher GmbH', 'Uferstraße 2', '20457', 'Hamburg')),
  {
    // Heard of more than twelve months later: kept, and never billed.
    script: [
      ['CreateTeam', '2025-01-15T09:00:00.000Z', '2026-04-10T09:00:00.000Z', { teamId: 'ancient', name: 'Ancient' }],
      ['ArchiveTeam', '2025-03-15T09:00:00.000Z', '2026-04-10T09:00:01.000Z', { teamId: 'ancient' }],
    ],
  },
);
// The worked examples of the billing rules, literally, once billed by team and once by user.
add(
  'worked-examples',
  'Beispiele & Söhne KG',
  '2024-06-01T08:00:00.000Z',
  0,
  0,
  eur(4900, DE('Beispiele & Söhne KG', 'Musterweg 3', '04109', 'Leipzig')),
  { scripted: true },
);
add(
  'worked-examples-users',
  'Beispiele & Töchter KG',
  '2022-06-01T08:00:00.000Z',
  0,
  0,
  eur(700, DE('Beispiele & Töchter KG', 'Musterweg 4', '04109', 'Leipzig'), {
    invoiceMailbox: 'rechnung@beispiele.example',
  }),
  { scripted: true },
);
// Enterprise agreements: billed by user although they started late.
add(
  'nordwind',
  'Nordwind Reederei AG',
  '2024-03-12T07:30:00.000Z',
  980,
  60,
  eur(
    540,
    DE('Nordwind Reederei AG', 'Kaiufer 14', '28195', 'Bremen', {
      vatId: 'DE811907980',
      reference: '04011000-12345-03',
    }),
    {
      enterprise: true,
      invoiceMailbox: 'kreditoren@nordwind.example',
      tiers: {
        mode: 'graduated',
        steps: [{ upTo: 500, unitPriceMinor: 560 }, { upTo: 1000, unitPriceMinor: 480 }, { unitPriceMinor: 420 }],
      },
      paymentTermDays: 30,
    },
  ),
);
add(
  'alpenglueh',
  'Alpenglüh Versicherung AG',
  '2024-09-01T06:00:00.000Z',
  720,
  45,
  eur(
    590,
    {
      name: 'Alpenglüh Versicherung AG',
      street: 'Ringpromenade 8',
      postalCode: '1010',
      city: 'Wien',
      country: 'AT',
      vatId: 'ATU12345675',
    },
    {
      enterprise: true,
      invoiceMailbox: 'invoices@alpenglueh.example',
      tiers: {
        mode: 'volume',
        steps: [{ upTo: 250, unitPriceMinor: 650 }, { upTo: 750, unitPriceMinor: 590 }, { unitPriceMinor: 520 }],
      },
    },
  ),
);
add(
  'tulpenveld',
  'Tulpenveld Logistics B.V.',
  '2022-05-03T09:00:00.000Z',
  260,
  22,
  eur(
    610,
    {
      name: 'Tulpenveld Logistics B.V.',
      street: 'Singelkade 77',
      postalCode: '1017 AZ',
      city: 'Amsterdam',
      country: 'NL',
      vatId: 'NL123456782B01',
    },
    { language: 'en', invoiceMailbox: 'ap@tulpenveld.example', minimumUnits: 300 },
  ),
);
add(
  'lumiere',
  'Lumière Studios SARL',
  '2024-02-20T10:00:00.000Z',
  64,
  9,
  eur(
    4200,
    {
      name: 'Lumière Studios SARL',
      street: '12 rue des Étoiles',
      postalCode: '69001',
      city: 'Lyon',
      country: 'FR',
      vatId: 'FR11123456782',
    },
    { language: 'en' },
  ),
);
add(
  'petit-atelier',
  'Petit Atelier',
  '2024-04-15T10:00:00.000Z',
  14,
  3,
  eur(
    4900,
    { name: 'Petit Atelier', street: '3 quai du Canal', postalCode: '33000', city: 'Bordeaux', country: 'FR' },
    { language: 'en' },
  ),
);
add('gipfelkreuz', 'Gipfelkreuz Ausrüstung AG', '2021-11-02T08:00:00.000Z', 150, 14, {
  ...eur(690, {
    name: 'Gipfelkreuz Ausrüstung AG',
    street: 'Bergweg 5',
    postalCode: '7000',
    city: 'Chur',
    country: 'CH',
    vatId: 'CHE123456788MWST',
  }),
  currency: 'CHF',
  timeZone: 'Europe/Zurich',
  invoiceMailbox: 'buchhaltung@gipfelkreuz.example',
});
add('harborline', 'Harborline Analytics Inc.', '2024-05-01T14:00:00.000Z', 110, 12, {
  ...eur(5200, {
    name: 'Harborline Analytics Inc.',
    street: '400 Pier Avenue',
    postalCode: '02110',
    city: 'Boston',
    country: 'US',
  }),
  currency: 'USD',
  timeZone: 'America/New_York',
  language: 'en',
  countingRule: 'month-start',
});
add(
  'sakura-robotics',
  'Sakura Robotics K.K.',
  '2022-08-08T01:00:00.000Z',
  130,
  12,
  eur(
    640,
    { name: 'Sakura Robotics K.K.', street: '2-3-4 Minato', postalCode: '105-0001', city: 'Tokyo', country: 'JP' },
    {
      timeZone: 'Asia/Tokyo',
      language: 'en',
      invoiceMailbox: 'billing@sakura-robotics.example',
      countingRule: 'prorated-daily',
    },
  ),
);
add(
  'kiwi-sheds',
  'Kiwi Sheds Ltd.',
  '2024-01-20T21:00:00.000Z',
  36,
  6,
  eur(
    3800,
    { name: 'Kiwi Sheds Ltd.', street: '9 Harbour Lane', postalCode: '1010', city: 'Auckland', country: 'NZ' },
    { timeZone: 'Pacific/Auckland', language: 'en', countingRule: 'any-time' },
  ),
);
// Every counting rule and kind of price that is not yet among them.
add(
  'prorata-teams',
  'Tagesgenau Planung GmbH',
  '2024-01-08T08:00:00.000Z',
  90,
  18,
  eur(4500, DE('Tagesgenau Planung GmbH', 'Kalenderplatz 31', '50667', 'Köln'), { countingRule: 'prorated-daily' }),
);
add(
  'peak-teams',
  'Spitzenlast Messebau GmbH',
  '2024-02-01T08:00:00.000Z',
  80,
  16,
  eur(4100, DE('Spitzenlast Messebau GmbH', 'Hallenring 7', '60327', 'Frankfurt am Main'), {
    countingRule: 'peak',
    discount: { percent: '12.50', firstMonth: '2025-03', lastMonth: '2025-12' },
  }),
);
add(
  'peak-users',
  'Saisonhof Gastronomie KG',
  '2022-03-01T08:00:00.000Z',
  170,
  12,
  eur(520, DE('Saisonhof Gastronomie KG', 'Seepromenade 2', '88045', 'Friedrichshafen'), {
    countingRule: 'peak',
    invoiceMailbox: 'rechnung@saisonhof.example',
  }),
);
add(
  'start-users',
  'Stichtag Consulting GmbH',
  '2021-01-04T08:00:00.000Z',
  120,
  10,
  eur(680, DE('Stichtag Consulting GmbH', 'Terminstraße 1', '80331', 'München', { vatId: 'DE129273398' }), {
    countingRule: 'month-start',
    invoiceMailbox: 'eingang@stichtag.example',
    freeUnits: 10,
  }),
);
add(
  'end-users',
  'Ultimo Treuhand GmbH',
  '2020-06-15T08:00:00.000Z',
  140,
  11,
  eur(710, DE('Ultimo Treuhand GmbH', 'Bilanzgasse 12', '70173', 'Stuttgart'), {
    countingRule: 'month-end',
    invoiceMailbox: 'rechnung@ultimo.example',
    annexOfUnits: true,
  }),
);
add(
  'both-ways',
  'Doppelweg Medien GmbH',
  '2024-07-01T08:00:00.000Z',
  70,
  10,
  eur(4700, DE('Doppelweg Medien GmbH', 'Pressehaus 4', '10117', 'Berlin'), {
    delivery: ['download', 'email'],
    invoiceMailbox: 'rechnung@doppelweg.example',
    annexOfUnits: true,
  }),
);
add(
  'volume-teams',
  'Vielteam Software SE',
  '2024-08-01T08:00:00.000Z',
  310,
  48,
  eur(4600, DE('Vielteam Software SE', 'Campusallee 50', '76131', 'Karlsruhe', { vatId: 'DE136695976' }), {
    tiers: {
      mode: 'volume',
      steps: [{ upTo: 20, unitPriceMinor: 4900 }, { upTo: 50, unitPriceMinor: 4300 }, { unitPriceMinor: 3900 }],
    },
    freeUnits: 2,
  }),
);
add(
  'minimum-teams',
  'Kleinmut Werkzeuge OHG',
  '2024-08-20T08:00:00.000Z',
  22,
  3,
  eur(4900, DE('Kleinmut Werkzeuge OHG', 'Schmiedeweg 9', '42651', 'Solingen'), {
    minimumUnits: 5,
    discount: { percent: '10.00', firstMonth: '2025-01', lastMonth: '2025-06' },
  }),
);
add(
  'paused',
  'Winterschlaf Verein e. V.',
  '2024-03-03T08:00:00.000Z',
  18,
  2,
  eur(2900, DE('Winterschlaf Verein e. V.', 'Höhlenpfad 1', '98617', 'Meiningen')),
  {
    paused: ['2025-07', '2025-09'],
    // Heard of after June was closed, in a month without a unit: July becomes a credit note.
    script: [
      ['CreateTeam', '2025-02-03T09:00:00.000Z', '2025-02-03T09:00:01.000Z', { teamId: 'extra', name: 'Extra' }],
      ['ArchiveTeam', '2025-06-20T09:00:00.000Z', '2025-07-15T09:00:00.000Z', { teamId: 'extra' }],
    ],
  },
);
add('no-contract', 'Probezeit Start-up UG', '2025-02-10T08:00:00.000Z', 16, 3, null);
add(
  'late-contract',
  'Spätzünder Motoren GmbH',
  '2025-03-05T08:00:00.000Z',
  55,
  8,
  eur(4400, DE('Spätzünder Motoren GmbH', 'Zündergasse 6', '38440', 'Wolfsburg'), { firstMonth: '2025-06' }),
  { opensIn: '2025-06' },
);
// Contracts that change and end.
add(
  'switcher',
  'Wechselwind Energie AG',
  '2024-01-15T08:00:00.000Z',
  240,
  26,
  eur(4300, DE('Wechselwind Energie AG', 'Windparkstraße 88', '25813', 'Husum'), {
    invoiceMailbox: 'rechnung@wechselwind.example',
  }),
  {
    actions: [
      { chunk: '2025-08', action: 'change', body: { effectiveFrom: '2025-09', variant: 'user', unitPriceMinor: 580 } },
    ],
  },
);
add(
  'mover',
  'Umzug & Partner Architekten mbB',
  '2022-09-01T08:00:00.000Z',
  88,
  9,
  eur(650, DE('Umzug & Partner Architekten mbB', 'Isarufer 20', '80469', 'München'), {
    invoiceMailbox: 'office@umzug-partner.example',
  }),
  {
    actions: [
      {
        chunk: '2025-10',
        action: 'billing-address',
        body: {
          billTo: {
            name: 'Umzug & Partner ZT GmbH',
            street: 'Salzachkai 4',
            postalCode: '5020',
            city: 'Salzburg',
            country: 'AT',
            vatId: 'ATU87654324',
          },
        },
      },
      { chunk: '2025-11', action: 'invoice-mailbox', body: { email: 'rechnung@umzug-partner.example' } },
    ],
  },
);
add(
  'repricer',
  'Preisfuchs Handel GmbH',
  '2022-10-10T08:00:00.000Z',
  210,
  18,
  eur(600, DE('Preisfuchs Handel GmbH', 'Marktplatz 17', '99084', 'Erfurt'), {
    invoiceMailbox: 'rechnung@preisfuchs.example',
  }),
  {
    actions: [
      { chunk: '2025-05', action: 'change', body: { effectiveFrom: '2025-07', unitPriceMinor: 640 } },
      {
        chunk: '2026-01',
        action: 'change',
        body: {
          effectiveFrom: '2026-02',
          countingRule: 'prorated-daily',
          discount: { percent: '5.00', firstMonth: '2026-02', lastMonth: '2026-04' },
        },
      },
    ],
  },
);
add(
  'retiered',
  'Staffellauf Sport AG',
  '2024-02-14T08:00:00.000Z',
  190,
  24,
  eur(4000, DE('Staffellauf Sport AG', 'Stadionring 3', '44139', 'Dortmund'), {
    tiers: { mode: 'graduated', steps: [{ upTo: 10, unitPriceMinor: 4400 }, { unitPriceMinor: 3600 }] },
  }),
  {
    actions: [
      {
        chunk: '2025-12',
        action: 'change',
        body: {
          effectiveFrom: '2026-01',
          tiers: {
            mode: 'graduated',
            steps: [{ upTo: 10, unitPriceMinor: 4600 }, { upTo: 20, unitPriceMinor: 3900 }, { unitPriceMinor: 3300 }],
          },
        },
      },
    ],
  },
);
add(
  'leaver',
  'Abschied Verlag GmbH',
  '2022-01-10T08:00:00.000Z',
  75,
  8,
  eur(570, DE('Abschied Verlag GmbH', 'Letternhof 11', '55116', 'Mainz'), {
    invoiceMailbox: 'rechnung@abschied.example',
  }),
  { actions: [{ chunk: '2025-11', action: 'terminate', body: { lastMonth: '2025-12' } }], lateAfterEnd: '2026-02' },
);
add(
  'quitter',
  'Schlussakkord Musikhaus e. K.',
  '2024-05-20T08:00:00.000Z',
  20,
  4,
  eur(3900, DE('Schlussakkord Musikhaus e. K.', 'Notenweg 8', '95444', 'Bayreuth')),
  { actions: [{ chunk: '2026-02', action: 'terminate', body: { lastMonth: '2026-03' } }] },
);

// The many ordinary ones.
const PLAIN = [
  ['Birkenhain Pflege gGmbH', 'Herne', '44623'],
  ['Kupferkessel Brauerei AG', 'Bamberg', '96047'],
  ['Federleicht Verpackungen GmbH', 'Gütersloh', '33330'],
  ['Sternwarte Optik GmbH', 'Jena', '07743'],
  ['Deichblick Immobilien GmbH', 'Emden', '26721'],
  ['Rotbuche Möbelwerke GmbH', 'Detmold', '32756'],
  ['Quellwasser Labore GmbH', 'Fulda', '36037'],
  ['Steinbruch Digital GmbH', 'Trier', '54290'],
  ['Morgenrot Bäckereien KG', 'Ulm', '89073'],
  ['Fährhaus Reisen GmbH', 'Lübeck', '23552'],
  ['Silberdistel Apotheken oHG', 'Kempten', '87435'],
  ['Zahnrad Getriebebau GmbH', 'Chemnitz', '09111'],
  ['Lindenallee Kitas gGmbH', 'Potsdam', '14467'],
  ['Weitsicht Drohnen GmbH', 'Kassel', '34117'],
  ['Hopfengold Agentur GmbH', 'Landshut', '84028'],
  ['Moorfrosch Umwelt GmbH', 'Oldenburg', '26121'],
];
PLAIN.forEach(([name, city, postalCode], index) => {
  const isUser = index % 2 === 0;
  const id = name.split(' ')[0].toLowerCase().replaceAll('ö', 'oe').replaceAll('ä', 'ae').replaceAll('ü', 'ue');
  const billTo = DE(
    name,
    `Hauptstraße ${3 + index * 7}`,
    postalCode,
    city,
    index % 3 === 0 ? { reference: `PO-${4711 + index}` } : {},
  );
  const more = {
    ...(isUser ? { invoiceMailbox: `rechnung@${id}.example` } : {}),
    ...(index % 5 === 0 ? { paymentTermDays: 30 } : {}),
  };
  const started = isUser
    ? `20${19 + (index % 4)}-0${1 + (index % 8)}-1${index % 9}T08:15:00.000Z`
    : `2024-0${1 + (index % 9)}-0${1 + (index % 8)}T09:30:00.000Z`;
  add(
    id,
    name,
    started,
    40 + ((index * 83) % 260),
    5 + ((index * 5) % 14),
    eur(isUser ? 450 + index * 25 : 2900 + index * 120, billTo, more),
  );
});
// Customers that come later.
add(
  'fruehstarter',
  'Frühstarter Logistik GmbH',
  '2025-05-06T08:00:00.000Z',
  48,
  6,
  eur(4200, DE('Frühstarter Logistik GmbH', 'Torweg 5', '59065', 'Hamm'), { firstMonth: '2025-05' }),
  { opensIn: '2025-05' },
);
add(
  'neuland',
  'Neuland Genossenschaft eG',
  '2025-10-01T08:00:00.000Z',
  66,
  7,
  eur(4000, DE('Neuland Genossenschaft eG', 'Ackerweg 2', '06108', 'Halle'), { firstMonth: '2025-10' }),
  { opensIn: '2025-10' },
);

export const WORKSPACES = described;
