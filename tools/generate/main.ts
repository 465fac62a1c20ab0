import { cli } from '../command/cli.ts'
import { generatedFiles } from './generated-files.ts'
import { differences, writeFiles } from './on-disk.ts'

cli('generate', 'Writes deploy/ anew, from the types and tables of the code, to be reviewed as a diff.')
  .option('--check', 'write nothing; exit 1 when deploy/ is not what the code says')
  .action(async ({ check = false }: { readonly check?: boolean }) => {
    const files = await generatedFiles()
    const stale = differences(files)
    const written = check ? [] : writeFiles(files, stale)
    const left = stale.filter(({ file }) => !written.includes(file))
    for (const file of written) process.stderr.write(`${file}: written\n`)
    for (const { file, why } of left) process.stderr.write(`${file}: ${why}\n`)
    if (!check) process.stderr.write(`${files.length} files, ${written.length} of them written\n`)
    if (left.length === 0) return
    if (check) {
      process.stderr.write(
        'deploy/ is not what the code says. Run npm run generate, and commit what it changes.\n',
      )
    }
    process.exitCode = 1
  })
  .parse()
