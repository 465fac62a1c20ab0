import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { contract } from '@odfmo/api-types'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { root } from '../command/root.ts'
import { generatedFiles } from './generated-files.ts'
import { namespaceOf, overlays } from './kustomize/overlays.ts'
import { components, everything } from './names.ts'
import { serviceFacts } from './service-facts.ts'
import { hasKubectl, rendered } from './test/kubectl.ts'
import { containerOf, idOf, of, podOf, selects } from './test/manifests.ts'

const { webhook } = await serviceFacts()
const names = new Set<string>(Object.values(components))

it('every file below deploy/ is used by a kustomization, but for those of OLM', async () => {
  const files = (await generatedFiles()).filter(({ file }) => !file.startsWith('deploy/olm/'))
  const used = files.flatMap(({ file, text }) =>
    file.endsWith('/kustomization.yaml')
      ? [...text.matchAll(/^ {2}- ([^\s:]+)$/gm)].map(([, entry = '']) =>
          path.join(path.dirname(file), entry),
        )
      : [],
  )
  const isUsed = (file: string): boolean => used.includes(file) || used.includes(path.dirname(file))
  const unused = files.map(({ file }) => file).filter((file) => !isUsed(file))
  // An overlay is what people apply.
  expect(unused.toSorted()).toEqual(
    overlays
      .filter((overlay) => overlay !== 'vanilla')
      .map((overlay) => `deploy/overlays/${overlay}/kustomization.yaml`)
      .toSorted(),
  )
})

it('who uninstalls is told by name what the services have made for themselves', () => {
  const text = readFileSync(path.join(root, 'deploy/README.md'), 'utf8')
  const [, uninstall = ''] = text.split('**Uninstall**')
  const { console, hubLease, addon } = contract
  expect(
    [...uninstall.matchAll(/^kubectl .*delete --ignore-not-found ([^-].*)$/gm)].map(([, what]) => what),
  ).toEqual([
    `clustermanagementaddon ${addon.name}`,
    `lease/${hubLease} secret/${webhook.names.secret}`,
    `consoleplugin ${console.name}`,
    `service ${console.name}`,
  ])
})

describe.skipIf(!hasKubectl).each(overlays)('deploy/overlays/%s (skipped without kubectl)', (overlay) => {
  const objects = hasKubectl ? rendered(`deploy/overlays/${overlay}`) : Promise.resolve([])
  const deployments = objects.then((all) => of(all, 'Deployment'))

  it('has each object once, and nothing outside its namespace', async () => {
    const ids = (await objects).map(idOf)
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted())
    const namespaces = new Set((await objects).map(({ metadata }) => metadata.namespace))
    expect(namespaces).toEqual(new Set([undefined, namespaceOf[overlay]]))
  })

  it('runs the hub controller and the webhook, each under its own account', async () => {
    const all = await objects
    expect(new Set((await deployments).map(({ metadata }) => metadata.name))).toEqual(names)
    const accounts = of(all, 'ServiceAccount').map(({ metadata }) => metadata.name)
    expect(new Set((await deployments).map((one) => podOf(one).serviceAccountName))).toEqual(
      new Set(accounts),
    )
  })

  it('binds each role, to accounts that are there', async () => {
    const all = await objects
    const bindings = [...of(all, 'RoleBinding'), ...of(all, 'ClusterRoleBinding')]
    const bound = bindings.map(({ roleRef }) => `${roleRef.kind} ${roleRef.name}`)
    const roles = [...of(all, 'Role'), ...of(all, 'ClusterRole')]
    expect(bound.toSorted()).toEqual(roles.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted())
    const accounts = of(all, 'ServiceAccount').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    const subjects = new Set(
      bindings.flatMap((binding) =>
        (binding.subjects ?? []).map(({ namespace, name }) => `${namespace}/${name}`),
      ),
    )
    const others = overlay === 'openshift' ? ['openshift-monitoring/prometheus-k8s'] : []
    // Without --self-signed the webhook has nothing to ask the API server.
    const withRights = accounts.filter((one) => overlay !== 'openshift' || !one.endsWith('-webhook'))
    expect([...subjects].toSorted()).toEqual([...withRights, ...others].toSorted())
    for (const deployment of await deployments) {
      const account = `${namespaceOf[overlay]}/${podOf(deployment).serviceAccountName}`
      expect([account, podOf(deployment).automountServiceAccountToken]).toEqual([
        account,
        subjects.has(account),
      ])
    }
  })

  it('allows its containers nothing on their node', async () => {
    for (const deployment of await deployments) {
      expect(podOf(deployment).securityContext).toEqual({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      expect(containerOf(deployment).securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      })
    }
  })

  it('has nothing that is not found by one label', async () => {
    const without = (await objects).filter(({ metadata }) => !selects(everything, metadata.labels))
    expect(without.map(idOf)).toEqual([])
  })

  it('selects by labels that its pods and Services have', async () => {
    const all = await objects
    const pods = (await deployments).map(({ spec }) => spec.template.metadata?.labels ?? {})
    const countOf = (selector: Readonly<Record<string, string>>): number =>
      pods.filter((labels) => selects(selector, labels)).length
    for (const { metadata, spec } of await deployments) {
      expect([metadata.name, countOf(spec.selector.matchLabels ?? {})]).toEqual([metadata.name, 1])
      for (const { labelSelector } of spec.template.spec?.topologySpreadConstraints ?? [])
        expect(labelSelector?.matchLabels).toEqual(spec.selector.matchLabels)
    }
    expect(of(all, 'PodDisruptionBudget').map(({ spec }) => countOf(spec.selector.matchLabels))).toEqual([
      1, 1,
    ])
    for (const policy of of(all, 'NetworkPolicy'))
      expect([policy.metadata.name, countOf(policy.spec.podSelector.matchLabels)]).toEqual([
        policy.metadata.name,
        /-(default-deny|metrics-ingress)$/.test(policy.metadata.name ?? '') ? 2 : 1,
      ])
    for (const service of of(all, 'Service')) {
      expect([service.metadata.name, countOf(service.spec.selector ?? {})]).toEqual([
        service.metadata.name,
        1,
      ])
      const [target] = (await deployments).filter(({ spec }) =>
        selects(service.spec.selector ?? {}, spec.template.metadata?.labels),
      )
      const listening = target === undefined ? [] : (containerOf(target).ports ?? [])
      for (const { targetPort } of service.spec.ports ?? [])
        expect(listening.map(({ containerPort }) => containerPort)).toContain(targetPort)
    }
  })

  it('lets the API server call a Service that is there', async () => {
    const all = await objects
    const configurations = [
      ...of(all, 'MutatingWebhookConfiguration'),
      ...of(all, 'ValidatingWebhookConfiguration'),
    ]
    expect(configurations).toHaveLength(2)
    for (const { clientConfig } of configurations.flatMap(({ webhooks = [] }) => webhooks)) {
      const service = of(all, 'Service').find(
        ({ metadata }) =>
          metadata.name === clientConfig.service?.name &&
          metadata.namespace === clientConfig.service?.namespace,
      )
      expect(service?.spec.ports?.map(({ port }) => port)).toContain(clientConfig.service?.port)
    }
  })

  it('calls things as the webhook does, which looks for them by name', async () => {
    const all = await objects
    const namesOf = (kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration' | 'Service') =>
      of(all, kind).map(({ metadata }) => metadata.name)
    expect(namesOf('Service')).toContain(webhook.names.service)
    expect(namesOf('MutatingWebhookConfiguration')).toEqual([webhook.names.mutatingWebhookConfiguration])
    expect(namesOf('ValidatingWebhookConfiguration')).toEqual([webhook.names.validatingWebhookConfiguration])
  })

  it('monitors each component by a Service of its own, where it monitors', async () => {
    const all = await objects
    const scraped = of(all, 'ServiceMonitor').map(({ spec }) =>
      of(all, 'Service')
        .filter(({ metadata }) => selects(spec.selector.matchLabels, metadata.labels))
        .filter((service) => service.spec.ports?.some(({ name }) => name === spec.endpoints[0]?.port))
        .map(({ metadata }) => metadata.name),
    )
    const jobs = [...names].map((name) => [`${name}-metrics`])
    expect(scraped).toEqual(overlay === 'openshift' ? jobs : [])
    const rules = of(all, 'PrometheusRule').flatMap(({ spec }) => spec.groups.flatMap((group) => group.rules))
    const ofJobs = new Set(
      rules.flatMap(({ expr }) => [...expr.matchAll(/job="([^"]+)"/g)].map(([, job]) => [job])),
    )
    expect([...ofJobs].flat().filter((job, at, all_) => all_.indexOf(job) === at)).toEqual(scraped.flat())
  })
})

describe.skipIf(!hasKubectl)('what is built on deploy/ (skipped without kubectl)', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'overlay-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const build = (fields: Readonly<Record<string, unknown>>) => {
    writeFileSync(path.join(folder, 'kustomization.yaml'), stringify(fields))
    return rendered(folder)
  }
  const deploy = (place: string): string => path.relative(folder, path.join(root, 'deploy', place))

  it('says its images once, and that of the agents goes along', async () => {
    const shipped = parse(
      readFileSync(path.join(root, 'deploy/overlays/vanilla/kustomization.yaml'), 'utf8'),
    ) as {
      readonly images: readonly { readonly newName: string }[]
    }
    const images = shipped.images.map(({ newName }) => ({
      name: newName,
      newName: newName.replace('example.com/odfmo', 'images.example.org/mine'),
      newTag: '1.2.3',
    }))
    const objects = await build({ resources: [deploy('overlays/vanilla')], images })
    const containers = of(objects, 'Deployment').map(containerOf)
    expect(containers.map(({ image }) => image)).toEqual([
      'images.example.org/mine/hub-controller:1.2.3',
      'images.example.org/mine/webhook:1.2.3',
    ])
    expect(containers[0]?.env).toContainEqual({
      name: 'TOKEN_EXCHANGE_IMAGE',
      value: 'images.example.org/mine/token-exchange-agent:1.2.3',
    })
  })

  it('can go into a namespace that somebody else keeps, with everything that names it', async () => {
    const objects = await build({
      namespace: 'ramen-system',
      resources: [deploy('base')],
      components: [deploy('components/self-signed')],
    })
    expect(objects.map(({ kind }) => kind)).not.toContain('Namespace')
    expect(JSON.stringify(objects)).not.toContain(`"${namespaceOf.openshift}"`)
    const bindings = of(objects, 'ClusterRoleBinding').flatMap(({ subjects = [] }) => subjects)
    expect(new Set(bindings.map(({ namespace }) => namespace))).toEqual(new Set(['ramen-system']))
  })
})
