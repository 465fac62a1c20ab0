import { writeFileSync } from 'node:fs'
import { cli } from '../command/cli.ts'
import { packed, releaseFile } from './release-file.ts'
import { buildRelease } from './build-release.ts'

cli('previous', 'Builds the services of a revision, for the tests of fleets with two versions of them.')
  .argument('<revision>', 'of this repository: the tag of the last minor release')
  .option('--out <file>', 'where to; left out: where those tests look for it')
  .action(async (revision: string, { out = releaseFile }: { readonly out?: string }) => {
    const bytes = packed(await buildRelease(revision))
    writeFileSync(out, bytes)
    process.stderr.write(`${out}: ${bytes.length} bytes\n`)
  })
  .parse()
