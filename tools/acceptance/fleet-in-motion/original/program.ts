import path from 'node:path'
import type { ImageProgram } from '@odfmo/testkit'
import { tether } from '../../managed-cluster.ts'

/** What stands for the original's image on a spoke: its agent, played. */
export const originalAgent: ImageProgram = {
  command: [
    process.execPath,
    '--conditions=@odfmo/source',
    '--disable-warning=ExperimentalWarning',
    '--import',
    tether,
    path.join(import.meta.dirname, 'agent.ts'),
  ],
}
