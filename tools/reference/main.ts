import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cli } from '../command/cli.ts'
import { root } from '../command/root.ts'
import { referenceDocuments, staleDocuments } from './reference-documents.ts'

cli('reference', 'Checks docs/reference/ against the tables and metrics that it is made from.')
  .option('--write', 'write the documents anew, to be reviewed as a diff')
  .action(async ({ write = false }: { readonly write?: boolean }) => {
    const documents = await referenceDocuments()
    const stale = staleDocuments(documents)
    if (write) {
      for (const { file, text } of documents) {
        mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
        writeFileSync(path.join(root, file), text)
      }
      process.stderr.write(`${documents.length} documents written, ${stale.length} of them changed\n`)
      return
    }
    for (const line of stale) process.stderr.write(`${line}\n`)
    if (stale.length === 0) return
    process.stderr.write('docs/reference/ is stale: npm run reference -- --write\n')
    process.exitCode = 1
  })
  .parse()
