import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './root.ts'

const runTests = (env: NodeJS.ProcessEnv) =>
  spawnSync(process.execPath, ['tools/launch.mjs', 'test', 'no-such-file'], {
    cwd: root,
    env: { ...process.env, KUBEBUILDER_ASSETS: '', ...env },
    encoding: 'utf8',
  })

it('says once that there is no control plane, before any test runs', () => {
  const { status, stdout, stderr } = runTests({
    TESTKIT_PROVIDER: 'control-plane',
    XDG_DATA_HOME: join(root, 'nowhere'),
  })
  expect(stderr).toContain('npm run control-plane')
  expect(stdout).not.toContain('RUN')
  expect(status).toBe(2)
})

it('knows three providers', () => {
  const { status, stderr } = runTests({ TESTKIT_PROVIDER: 'docker' })
  expect(stderr).toContain('expected memory, control-plane or existing, got "docker"')
  expect(status).toBe(2)
})
