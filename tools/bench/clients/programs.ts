import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { clientGoProgram } from '../../client-go/client-go-program.ts'
import { NoGoProgramError } from '../../command/go-program.ts'
import { root } from '../../command/root.ts'
import type { ClientProgram } from './client-process.ts'

export interface Programs {
  readonly kit: ClientProgram
  readonly clientNode: ClientProgram
  /** Absent where it cannot be built. */
  readonly clientGo: ClientProgram | undefined
}

/** Makes the clients of the comparison in `folder`: those for Node bundled, as services are, and one in Go. */
export async function buildPrograms(folder: string): Promise<Programs> {
  const bundles = path.join(folder, 'clients')
  const sources = ['kit-client', 'node-client']
  execFileSync(
    path.join(root, 'node_modules/.bin/tsup'),
    [
      '--config',
      'tsup.service.ts',
      ...sources.map((name) => `tools/bench/clients/${name}.ts`),
      '-d',
      bundles,
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  writeFileSync(path.join(bundles, 'package.json'), '{"type":"module"}')
  const bundled = (name: string, file: string): ClientProgram => ({
    name,
    command: process.execPath,
    args: ['--expose-gc', path.join(bundles, file)],
  })
  return {
    kit: bundled('kit', 'kit-client.js'),
    clientNode: bundled(`client-node ${clientNodeVersion()}`, 'node-client.js'),
    clientGo: await clientGo(),
  }
}

function clientNodeVersion(): string {
  const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>
  }
  return devDependencies['@kubernetes/client-node'] ?? ''
}

async function clientGo(): Promise<ClientProgram | undefined> {
  try {
    const { file, clientGoVersion } = await clientGoProgram('bench')
    return { name: `client-go ${clientGoVersion}`, command: file, args: [] }
  } catch (error) {
    if (!(error instanceof NoGoProgramError)) throw error
    process.stderr.write(`controller-kit: the rows beside client-go are left out, for ${error.message}\n`)
    return undefined
  }
}
