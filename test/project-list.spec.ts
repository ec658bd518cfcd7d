import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..');

interface Project {
  readonly type: string;
  readonly root: string;
}
const { projects } = JSON.parse(readFileSync(path.join(root, 'nest-cli.json'), 'utf8')) as {
  projects: Record<string, Project>;
};

const foldersIn = (parent: string): string[] =>
  readdirSync(path.join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${parent}/${name}`);

describe('nest-cli.json', () => {
  it.each([
    ['application', 'apps'],
    ['library', 'libs'],
  ])('lists each %s, and nothing that is not there', (type, parent) => {
    const listed = Object.values(projects).filter((project) => project.type === type);
    expect(listed.map((project) => project.root).sort()).toEqual(foldersIn(parent).sort());
  });

  it('names each project after its folder', () => {
    for (const [name, project] of Object.entries(projects)) expect(path.basename(project.root)).toBe(name);
  });
});
