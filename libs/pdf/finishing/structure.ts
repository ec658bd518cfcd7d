/**
 * The structure tree: what a screen reader is told, and most of a tagged file. Chromium names
 * elements by numbers that change from print to print, and wraps each piece of text in an element
 * that means nothing; both go, what is read out stays.
 */
import { type MarkedPage } from './pages';
import { dictionaryOf, type PdfFile, type PdfObject } from './pdf-file';
import { isDictionary, MalformedPdf, type PdfDictionary, PdfRef, type PdfValue } from './pdf-values';

/** @throws {MalformedPdf} the document has no structure */
export function tidyStructure(file: PdfFile, pages: readonly MarkedPage[]): void {
  const tree = dictionaryOf(file, dictionaryOf(file, file.root).get('StructTreeRoot'));
  new StructureTree(file, tree, pages).tidy();
}

class StructureTree {
  /** Elements that were dissolved, and into which. */
  private readonly dissolved = new Map<number, PdfRef>();
  /** Old ids and new ones, in the order of the tree. */
  private readonly ids = new Map<PdfValue, string>();
  private readonly named: PdfValue[] = [];
  private readonly attributes: PdfDictionary[] = [];
  /** By page: the pieces of content that are no element's any more. */
  private readonly artifacts: ReadonlyMap<number, ReadonlySet<number>>;
  /** By the page's key: the elements of its margins. */
  private readonly added = new Map<string, PdfRef[]>();

  constructor(
    private readonly file: PdfFile,
    private readonly tree: PdfDictionary,
    private readonly pages: readonly MarkedPage[],
  ) {
    this.artifacts = new Map(pages.map(({ ref, artifacts }) => [ref.number, artifacts]));
  }

  tidy(): void {
    for (const kid of kidsOf(this.tree)) if (kid instanceof PdfRef) this.tidyElement(kid);
    this.addMargins();
    for (const attributes of this.attributes) this.renameHeaders(attributes);
    // Ids have one width, so the order of the tree is that of the names, as a name tree must be.
    if (this.tree.has('IDTree')) this.tree.set('IDTree', new Map([['Names', this.named]]));
    this.redirectParents(this.tree.get('ParentTree'));
    this.redirectOutline();
  }

  private tidyElement(ref: PdfRef): void {
    const element = dictionaryOf(this.file, ref);
    this.rename(element, ref);
    this.simplifyAttributes(element);
    const kids: PdfValue[] = [];
    for (const kid of kidsOf(element)) {
      if (!(kid instanceof PdfRef)) {
        if (!this.isArtifact(kid, element)) kids.push(kid);
        continue;
      }
      this.tidyElement(kid);
      const child = dictionaryOf(this.file, kid);
      if (isMeaningless(child)) {
        kids.push(...this.dissolve(child, kid, element, ref));
      } else {
        kids.push(kid);
      }
    }
    const [only] = kids;
    if (only === undefined) element.delete('K');
    else element.set('K', kids.length === 1 ? only : kids);
  }

  private isArtifact(kid: PdfValue, element: PdfDictionary): boolean {
    const piece = isDictionary(kid) ? kid : new Map([['MCID', kid]]);
    const page = piece.get('Pg') ?? element.get('Pg');
    return page instanceof PdfRef && this.artifacts.get(page.number)?.has(Number(piece.get('MCID'))) === true;
  }

  /** What is in the margins is read out after all else. */
  private addMargins(): void {
    const [document] = kidsOf(this.tree);
    if (!(document instanceof PdfRef)) throw new MalformedPdf('the structure has no document');
    const element = dictionaryOf(this.file, document);
    let last = Math.max(...this.file.objects.keys());
    for (const { ref, key, margins } of this.pages) {
      const added = margins.map((piece) => {
        last += 1;
        const entries = { Type: '/StructElem', S: '/P', P: document, Pg: ref, K: String(piece) };
        this.file.objects.set(last, { value: new Map<string, PdfValue>(Object.entries(entries)) });
        return { piece, element: new PdfRef(last) };
      });
      element.set('K', [...kidsOf(element), ...added.map((each) => each.element)]);
      this.added.set(
        key,
        added.sort((one, other) => one.piece - other.piece).map((each) => each.element),
      );
    }
  }

  /** Answers a child's kids, made over to its parent. */
  private dissolve(child: PdfDictionary, childRef: PdfRef, parent: PdfDictionary, parentRef: PdfRef): PdfValue[] {
    this.dissolved.set(childRef.number, parentRef);
    const page = child.get('Pg');
    return kidsOf(child).map((kid) => {
      if (kid instanceof PdfRef) {
        dictionaryOf(this.file, kid).set('P', parentRef);
        return kid;
      }
      if (isDictionary(kid) || page === undefined) return kid;
      // A piece of a page's content is known by its number, on the page that the element names.
      if (!parent.has('Pg')) parent.set('Pg', page);
      if (isSame(parent.get('Pg'), page)) return kid;
      return new Map<string, PdfValue>([
        ['Type', '/MCR'],
        ['Pg', page],
        ['MCID', kid],
      ]);
    });
  }

  private rename(element: PdfDictionary, ref: PdfRef): void {
    const id = element.get('ID');
    if (id === undefined) return;
    const renamed = `(e${String(this.ids.size + 1).padStart(8, '0')})`;
    this.ids.set(id, renamed);
    this.named.push(renamed, ref);
    element.set('ID', renamed);
  }

  /** One dictionary of attributes for each owner, without those that have their default. */
  private simplifyAttributes(element: PdfDictionary): void {
    const attributes = element.get('A');
    if (!Array.isArray(attributes)) return;
    const byOwner = new Map<string, PdfDictionary>();
    for (const each of attributes as PdfValue[]) {
      if (!isDictionary(each)) return;
      const owner = each.get('O');
      if (typeof owner !== 'string') return;
      const merged = byOwner.get(owner) ?? new Map<string, PdfValue>();
      for (const [key, value] of each) if (!isDefault(key, value)) merged.set(key, value);
      byOwner.set(owner, merged);
    }
    const merged = [...byOwner.values()].filter(({ size }) => size > 1);
    const [only] = merged;
    if (only === undefined) element.delete('A');
    else element.set('A', merged.length === 1 ? only : merged);
    this.attributes.push(...merged.filter((each) => each.has('Headers')));
  }

  private renameHeaders(attributes: PdfDictionary): void {
    const headers = attributes.get('Headers');
    if (!Array.isArray(headers)) return;
    attributes.set(
      'Headers',
      (headers as PdfValue[]).map((id) => this.ids.get(id) ?? id),
    );
  }

  /** The lists that tell for each piece of content which element it belongs to. */
  private redirectParents(node: PdfValue | undefined): void {
    const { objects } = this.file;
    const tree = dictionaryOf(this.file, node);
    for (const kid of (tree.get('Kids') as PdfValue[] | undefined) ?? []) this.redirectParents(kid);
    const entries = (tree.get('Nums') as PdfValue[] | undefined) ?? [];
    for (const [index, entry] of entries.entries()) {
      if (!(entry instanceof PdfRef)) continue;
      const value = objects.get(entry.number)?.value;
      if (Array.isArray(value)) {
        const redirected: PdfObject = { value: this.parentsOf(entries[index - 1], value as PdfValue[]) };
        objects.set(entry.number, redirected);
      }
    }
  }

  private parentsOf(key: PdfValue | undefined, parents: readonly PdfValue[]): PdfValue[] {
    const page = this.pages.find((each) => each.key === key);
    if (page === undefined) return parents.map((each) => this.remaining(each));
    return [
      ...parents.map((each, piece) => (page.artifacts.has(piece) ? 'null' : this.remaining(each))),
      ...(this.added.get(page.key) ?? []),
    ];
  }

  private redirectOutline(): void {
    for (const { value } of this.file.objects.values()) {
      if (isDictionary(value) && value.has('SE')) value.set('SE', this.remaining(value.get('SE') ?? 'null'));
    }
  }

  private remaining(value: PdfValue): PdfValue {
    let found = value;
    while (found instanceof PdfRef) {
      const into = this.dissolved.get(found.number);
      if (into === undefined) break;
      found = into;
    }
    return found;
  }
}

function kidsOf(element: PdfDictionary): readonly PdfValue[] {
  const kids = element.get('K');
  if (kids === undefined) return [];
  return Array.isArray(kids) ? (kids as PdfValue[]) : [kids];
}

const BARE = new Set(['Type', 'S', 'P', 'Pg', 'K']);

/** An element without a meaning or a property of its own. */
const isMeaningless = (element: PdfDictionary): boolean =>
  element.get('S') === '/NonStruct' && [...element.keys()].every((key) => BARE.has(key));

const isDefault = (key: string, value: PdfValue): boolean => (key === 'RowSpan' || key === 'ColSpan') && value === '1';

const isSame = (one: PdfValue | undefined, other: PdfValue): boolean =>
  one instanceof PdfRef && other instanceof PdfRef && one.number === other.number;
