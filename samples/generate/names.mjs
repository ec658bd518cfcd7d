// Invented people. Some names are there to be trouble for files, spreadsheets and pages.
const FIRST =
  'Anna Ben Clara David Elif Finn Greta Hannes Ida Jonas Käthe Levin Mila Noah Özlem Paul Quirin Rosa Sören Tilda Uwe Vera Wim Xenia Yusuf Zoë Björn Chloé Łukasz Mária'.split(
    ' ',
  );
const LAST =
  "Ahrens Böhm Çelik Dörfler Eßer Fuchs Größl Hübner Ilić Jäger Köhler Lüders Møller Nowak Öztürk Pflüger Quast Rößler Schäfer Thoß Ünal Vogt Weiß Yıldız Zimmermann O’Brien D'Angelo Müller-Lüdenscheidt Nguyễn Å".split(
    ' ',
  );

export const TROUBLESOME = [
  '=HYPERLINK("http://evil.example";"Bonus")',
  '+49 Sabine',
  '-Minus Mann',
  '@everyone Meier',
  "Robert'); DROP TABLE members;--",
  '<script>alert(1)</script>',
  'Zürn "Zacki" Zwei',
  '👩‍💻 Emoji Eva',
  'محمد الأحمد',
  'עדי לוי',
  '山田 太郎',
  `${'Sehr'.repeat(40)} Lang`,
  '{{7*7}} Klammer',
  'Ämilie;Semikolon',
  'Komma, Karl',
];

export const TEAMS =
  'Vertrieb Einkauf Entwicklung Support Personal Finanzen Recht Marketing Produkt Design Betrieb Labor Werkstatt Lager Empfang Redaktion Technik Forschung Schulung Qualität'.split(
    ' ',
  );

export const personName = (random) => `${random.pick(FIRST)} ${random.pick(LAST)}`;
