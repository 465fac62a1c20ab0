// A program that runs another one with a folder under guard, says so, and never stops it: a test kills it.
import { GuardedProcess } from '../guarded-process.ts'

const [folder = ''] = process.argv.slice(2)
const { died } = new GuardedProcess({
  title: 'sh of test',
  path: '/bin/sh',
  args: ['-c', 'echo started; while :; do sleep 1; done', folder],
  folder,
  onLine: (line) => process.stdout.write(`${line}\n`),
})
await died
