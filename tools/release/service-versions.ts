import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { releasedPackages } from './released-packages.ts'

const flags = ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning']

/** Problems of services that say another version than their package.json; each is asked, from its sources. */
export async function serviceVersionProblems(root: string): Promise<readonly string[]> {
  const services = releasedPackages(root).filter(({ isLibrary }) => !isLibrary)
  const found = await Promise.all(
    services.map(async ({ folder, version }) => {
      const program = [...flags, path.join(folder, 'src/main.ts'), '--version']
      const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: root })
      const wanted = `${path.basename(folder)} ${version}`
      return stdout.trim() === wanted
        ? []
        : [`${folder}: --version says ${stdout.trim()}, expected ${wanted}`]
    }),
  )
  return found.flat()
}
