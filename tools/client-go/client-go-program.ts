import { readFileSync } from 'node:fs'
import path from 'node:path'
import { goModuleFolder, goProgram } from '../command/go-program.ts'

/** A program of the module in this folder, built. */
export interface ClientGoProgram {
  readonly file: string
  /** Of client-go: `0.35.4`. */
  readonly clientGoVersion: string
}

const module = 'client-go'

/** Builds it where it is not there yet; throws NoGoProgramError where it cannot be built. */
export const clientGoProgram = async (name: 'bench' | 'judge'): Promise<ClientGoProgram> => ({
  file: await goProgram({ module, name }),
  clientGoVersion: clientGoVersion(),
})

const clientGoVersion = (): string => {
  const text = readFileSync(path.join(goModuleFolder(module), 'go.mod'), 'utf8')
  return /k8s\.io\/client-go v(\S+)/.exec(text)?.[1] ?? ''
}
