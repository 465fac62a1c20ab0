import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Which files of the plugins' code a process loads that becomes somebody by `access`. */
const loadedFor = async (access: object): Promise<readonly string[]> => {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    const { Credentials } = await import('@odfmo/controller-kit')
    const credentials = await Credentials.load({ access: ${JSON.stringify(access)} })
    await credentials.ready().catch(() => undefined)
    console.log(JSON.stringify(loaded.flatMap((url) => /[^/]*exec-[^/]*$/.exec(url) ?? [])))`
  const args = ['--conditions=@odfmo/source', '--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })
  return JSON.parse(stdout) as readonly string[]
}

it('loads the code of credential plugins for those who have one, and for nobody else', async () => {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: '/nowhere/plugin' }
  expect(await loadedFor({ server: 'https://hub', token: { value: 't' } })).toEqual([])
  expect((await loadedFor({ server: 'https://hub', exec })).toSorted()).toEqual([
    'exec-answer.ts',
    'exec-credentials.ts',
    'exec-error.ts',
    'exec-run.ts',
  ])
})
