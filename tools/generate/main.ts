import { cli } from '../command/cli.ts'
import { generatedFiles } from './generated-files.ts'
import { differences, writeFiles } from './on-disk.ts'

cli('generate', 'Writes deploy/ anew, from the types and tables of the code, to be reviewed as a diff.')
  .option('--check', 'write nothing; exit 1 when deploy/ is not what the code says')
  .action(async ({ check = false }: { readonly check?: boolean }) => {
    const files = await generatedFiles()
    const stale = differences(files)
    if (!check) {
      writeFiles(files, stale)
      process.stderr.write(`${files.length} files, ${stale.length} of them changed\n`)
      return
    }
    for (const { file, why } of stale) process.stderr.write(`${file}: ${why}\n`)
    if (stale.length === 0) return
    process.stderr.write(
      'deploy/ is not what the code says. Run npm run generate, and commit what it changes.\n',
    )
    process.exitCode = 1
  })
  .parse()
