import { execFile } from 'node:child_process'

/** What builds images from Dockerfiles. In the order in which it is chosen. */
export const engineNames = ['docker', 'podman', 'buildah'] as const
export type EngineName = (typeof engineNames)[number]

/** Whether an engine can be used here, and why not. */
export type EngineState =
  | { readonly name: EngineName; readonly works: true }
  | { readonly name: EngineName; readonly works: false; readonly why: string }

/** Runs a program to its end; answers what it printed. Rejects when it cannot be started, or fails. */
export type Ask = (program: string, args: readonly string[]) => Promise<string>

/**
 * What shows that an engine works: that it is on PATH does not. docker may have no daemon to speak to, podman no machine,
 * and only docker's newer builder knows the stages that are bound to another.
 */
const questions: Readonly<Record<EngineName, readonly (readonly string[])[]>> = {
  docker: [
    ['version', '--format', '{{.Server.Version}}'],
    ['buildx', 'version'],
  ],
  podman: [['info', '--format', '{{.Version.Version}}']],
  buildah: [['info']],
}

/** Asks each of these engines whether it works. */
export const engineStates = (
  names: readonly EngineName[],
  ask: Ask = askProgram,
): Promise<readonly EngineState[]> =>
  Promise.all(
    names.map(async (name): Promise<EngineState> => {
      try {
        for (const question of questions[name]) await ask(name, question)
        return { name, works: true }
      } catch (error) {
        return { name, works: false, why: error instanceof Error ? error.message : String(error) }
      }
    }),
  )

/** A daemon that does not answer is none. */
const longestAnswerMs = 20_000

const askProgram: Ask = (program, args) =>
  new Promise((resolve, reject) => {
    execFile(program, args, { timeout: longestAnswerMs }, (cause, stdout, stderr) => {
      if (cause === null) resolve(stdout)
      else reject(new Error(whyNot(cause, stderr), { cause }))
    })
  })

const whyNot = (cause: { readonly code?: unknown; readonly killed?: boolean }, stderr: string): string => {
  if (cause.code === 'ENOENT') return 'not on PATH'
  if (cause.killed === true) return `no answer within ${longestAnswerMs / 1000} s`
  const said = stderr.trim().split('\n').at(-1) ?? ''
  return said === '' ? `failed with ${String(cause.code)}` : said
}
