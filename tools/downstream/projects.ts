import path from 'node:path'
import { root } from '../command/root.ts'

/** A project in samples/ that uses libraries as they are published. */
export interface Project {
  readonly sample: string
  /** Folders of the libraries that it installs; none: all. */
  readonly libraries: readonly string[]
  /** What is copied in before its types are checked: from the repository, or from what it has installed. */
  readonly files: Readonly<Record<string, string>>
  readonly runners: readonly Runner[]
}

interface Runner {
  /** The command that runs its tests and counts them in a file. */
  readonly command: (report: string) => readonly string[]
}

const reporter = path.join(root, 'tools/downstream/count-reporter.mjs')

const nodeTest: Runner = {
  command: (report) => [
    ...['node', '--test', '--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...[`--test-reporter=${reporter}`, `--test-reporter-destination=${report}`, 'test/*.node-test.*'],
  ],
}

const vitest: Runner = {
  command: (report) => [
    ...['npm', 'run', '--silent', 'test:vitest', '--', '--reporter=default'],
    ...['--reporter=json', `--outputFile.json=${report}`],
  ],
}

export const projects: readonly Project[] = [
  {
    sample: 'testkit-downstream',
    libraries: ['api-types', 'testkit'],
    files: {},
    runners: [vitest, nodeTest],
  },
  {
    sample: 'libraries-downstream',
    libraries: [],
    files: {
      'fixtures/vectors/cases.json': 'vectors.json',
      // Node runs no TypeScript below node_modules
      'node_modules/@odfmo/controller-kit/examples': 'examples',
    },
    runners: [nodeTest],
  },
]
