import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { bundledFonts } from './bundled-chromium';

/**
 * The font set-up of the browser, so that a document does not depend on the fonts of the machine
 * more than it must. Invoices bring their own font; the folders named here serve only characters
 * that it lacks (emoji, CJK, Arabic, ...). A machine without any font works too.
 */
export async function writeFontsConf(cacheDir: string): Promise<string> {
  const folder = path.join(cacheDir, 'fontconfig');
  const fonts = await bundledFonts(cacheDir);
  const file = path.join(folder, 'fonts.conf');
  const next = `${file}.${randomUUID()}`;
  await mkdir(path.join(folder, 'cache'), { recursive: true, mode: 0o700 });
  await writeFile(
    next,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${xml(fonts)}</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>${xml(path.join(folder, 'cache'))}</cachedir>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
`,
  );
  await rename(next, file);
  return file;
}

const xml = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
