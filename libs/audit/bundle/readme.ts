import { type IssuedInvoice } from '@seatledger/domain';

/** What is in an evidence bundle, for its reader. */
export const readmeOf = ({ number, seller, buyer, month }: IssuedInvoice): string => `# Evidence for ${number}

${seller.name} to ${buyer.name}, ${month}

To prove it, with Node 20 or newer (https://nodejs.org) and without a network:

    node verify.mjs

It prints what it proved, line by line, and PROVED at the end; its exit code is then 0. If a single byte
of any file was changed, or the events do not give the invoice to the cent, it says NOT PROVED and why.

- documents/: the invoice as it was sent or offered for download.
- events/: what was recorded, one event a line: the workspace's facts and contract as far as the closing
  saw them, the closings before it, the series of numbers, and what happened to the invoice. Each event
  has a hash over its content and the hash of the event before it. Names and addresses are encrypted
  in it. The series names other customers' numbers by their ids: keep the bundle confidential.
- keys.json: what decrypts the buyer in these events. Where a key was destroyed since, everything is
  proved but who the buyer was. Members' keys are not in it; they are not needed for the proof.
- verify.mjs: the proof, a program to read, which shares no code with the service that made the invoice.
- manifest.json: every file with its size and SHA-256, and the version of the rules of billing.

What the bundle cannot show by itself is that it is complete and was not made up as a whole: compare its
events with those of the service (cli audit verify), or with an anchor that was kept elsewhere.

## Deutsch

Prüfung ohne Netz, mit Node 20 oder neuer: \`node verify.mjs\`. Das Programm rechnet die Rechnung aus den
aufgezeichneten Ereignissen nach und endet mit PROVED, wenn jede Datei unverändert ist, jedes Ereignis auf
das vorige folgt und Zählung, Preise und Steuer auf den Cent dieselbe Rechnung ergeben; sonst mit NOT
PROVED und dem Grund.
`;
