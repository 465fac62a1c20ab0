import { execFile } from 'node:child_process'
import type { V1Container } from '@kubernetes/client-node'
import { contract } from '@odfmo/api-types'
import { describe, expect, it } from 'vitest'
import { root } from '../command/root.ts'
import { namespaceOf, overlays } from './kustomize/overlays.ts'
import { components, ports } from './names.ts'
import { hasKubectl, rendered } from './test/kubectl.ts'
import { containerOf, of } from './test/manifests.ts'

interface Ended {
  readonly code: number
  readonly out: string
  readonly errors: string
}

/** The service itself, from its source. */
const run = (component: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> => {
  const program = `packages/${component.replace('odfmo-', '')}/src/main.ts`
  const flags = ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning']
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, program, ...args], { cwd: root, env }, (error, out, errors) =>
      resolve({ code: Number(error?.code ?? 0), out, errors }),
    )
  })
}

const environmentOf = ({ env = [] }: V1Container, namespace: string): NodeJS.ProcessEnv =>
  Object.fromEntries(
    env.map(({ name, value, valueFrom }) => {
      if (value !== undefined) return [name, value]
      expect(valueFrom?.fieldRef?.fieldPath).toBe('metadata.namespace')
      return [name, namespace]
    }),
  )

describe.skipIf(!hasKubectl).each(overlays)('what deploy/overlays/%s tells the services', (overlay) => {
  it('is understood by them (skipped without kubectl)', async () => {
    const containers = of(await rendered(`deploy/overlays/${overlay}`), 'Deployment').map(containerOf)
    for (const container of containers) {
      // A service lists everything that it does not understand: nothing but this flag.
      const args = [...(container.args ?? []), '--no-such-flag']
      const ended = await run(container.name, args, environmentOf(container, namespaceOf[overlay]))
      expect(ended).toEqual({
        code: 2,
        out: '',
        errors: `${container.name.replace('odfmo-', '')}: unknown flag --no-such-flag\n`,
      })
    }
  })
})

describe('the ports of the manifests', () => {
  it.each(Object.values(components))(
    'are those on which %s listens when it is told nothing',
    async (name) => {
      const { out } = await run(name, ['--help'], {})
      const presetOf = (flag: string): string | undefined =>
        new RegExp(`^  --${flag} .*\\(default (\\S+)\\)$`, 'm').exec(out)?.[1]
      expect(presetOf('metrics-bind-address')).toBe(`:${ports.metrics}`)
      expect(presetOf('health-probe-bind-address')).toBe(`:${ports.health}`)
      expect(presetOf('port')).toBe(name === components.webhook ? String(contract.webhook.port) : undefined)
    },
  )
})
