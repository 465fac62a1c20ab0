import { contract, kinds, mirrorPeerCrd, parseMirrorPeer, type JsonSchemaProps } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import { hubReference } from '../../reference/hub-reference.ts'
import { components } from '../names.ts'
import { serviceFacts } from '../service-facts.ts'
import { hasKubectl, rendered } from '../test/kubectl.ts'
import { containerOf, of, podOf } from '../test/manifests.ts'
import type { Permissions } from './csv/cluster-service-version.ts'
import { olmCertificates } from './csv/webhook-definitions.ts'
import { olmFiles } from './olm-files.ts'
import { releaseOf, thisRelease, versionBefore } from './release.ts'
import { csvIn, nameOf, objectsBelow } from './test/olm-objects.ts'

const [facts, hub] = await Promise.all([serviceFacts(), hubReference()])
const files = olmFiles(facts, hub)
const csv = csvIn(files)
const { install } = csv.spec
const manifests = objectsBelow(files, 'bundle/manifests')
const bundled = manifests.filter(({ kind }) => kind !== csv.kind)
const beside = objectsBelow(files, 'beside').filter(({ kind }) => kind !== 'Kustomization')

/** Of operator-registry v1.74, `supported_resources.go`: an InstallPlan with any other kind fails. */
const kindsThatOlmInstalls = new Set([
  'ClusterServiceVersion',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'Service',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'PrometheusRule',
  'ServiceMonitor',
  'Secret',
  'ConfigMap',
  'PodDisruptionBudget',
  'PriorityClass',
  'VerticalPodAutoscaler',
  'ConsoleYAMLSample',
  'ConsoleQuickStart',
  'ConsoleCLIDownload',
  'ConsoleLink',
])

const rulesFor = (permissions: readonly Permissions[], account: string) =>
  permissions.filter(({ serviceAccountName }) => serviceAccountName === account).flatMap(({ rules }) => rules)

/** As it is in a bundle, which names no namespace. */
const anywhere = ({
  metadata: { namespace: _namespace, ...metadata },
  ...object
}: KubeObject): KubeObject => ({
  ...object,
  metadata,
})

describe('the bundle', () => {
  it('has only kinds that OLM installs, each object once, in no namespace', () => {
    expect(manifests.filter(({ kind = '' }) => !kindsThatOlmInstalls.has(kind)).map(nameOf)).toEqual([])
    const names = manifests.map(nameOf)
    expect(names).toEqual([...new Set(names)])
    expect(manifests.filter(({ metadata }) => metadata.namespace !== undefined).map(nameOf)).toEqual([])
  })

  it('has no account of a Deployment, which OLM makes itself, from the permissions', () => {
    const accounts = install.spec.deployments.flatMap(
      ({ spec }) => spec.template.spec?.serviceAccountName ?? [],
    )
    const granted = [...install.spec.permissions, ...install.spec.clusterPermissions]
    expect(new Set(granted.map(({ serviceAccountName }) => serviceAccountName))).toEqual(new Set(accounts))
    expect(bundled.filter(({ kind }) => kind === kinds.ServiceAccount.kind)).toEqual([])
  })

  it('names every image that is started, here or on a managed cluster, as a related one', () => {
    const containers = install.spec.deployments.flatMap(({ spec }) => spec.template.spec?.containers ?? [])
    const agents = containers.flatMap(({ env = [] }) =>
      env.flatMap(({ name, value }) => (name === contract.env.tokenExchangeImage ? (value ?? []) : [])),
    )
    expect(agents).toHaveLength(1)
    expect(csv.spec.relatedImages.map(({ image }) => image).toSorted()).toEqual(
      [...containers.map(({ image }) => image ?? ''), ...agents].toSorted(),
    )
  })

  it('shows a MirrorPeer that is valid as it is', () => {
    const examples = JSON.parse(csv.metadata.annotations?.['alm-examples'] ?? '') as readonly unknown[]
    expect(examples).toHaveLength(1)
    expect(parseMirrorPeer(examples[0])).toMatchObject({ problems: [], warnings: [] })
  })

  it('describes fields that the definition has, and every one of spec and status', () => {
    const { spec, status } = mirrorPeerCrd.spec.versions[0]?.schema?.openAPIV3Schema?.properties ?? {}
    const [owned] = csv.spec.customresourcedefinitions.owned
    const at = (schema: JsonSchemaProps | undefined, path: string): JsonSchemaProps | undefined =>
      path.split('.').reduce<JsonSchemaProps | undefined>((of, step) => {
        const [name = '', inList] = step.split('[')
        const property = of?.properties?.[name]
        return inList === undefined ? property : property?.items
      }, schema)
    const paths = (descriptors: readonly { readonly path: string }[] = []) =>
      descriptors.map(({ path }) => path)
    expect(paths(owned?.specDescriptors).filter((path) => at(spec, path) === undefined)).toEqual([])
    expect(paths(owned?.statusDescriptors).filter((path) => at(status, path) === undefined)).toEqual([])
    expect(paths(owned?.specDescriptors)).toEqual(expect.arrayContaining(Object.keys(spec?.properties ?? {})))
    expect(paths(owned?.statusDescriptors)).toEqual(Object.keys(status?.properties ?? {}))
  })

  it('tells OpenShift of the console plugin whose Deployment it has', () => {
    expect(csv.metadata.annotations?.['console.openshift.io/plugins']).toBe(`["${contract.console.name}"]`)
    const { label, name } = contract.console
    expect(install.spec.deployments.find((one) => one.name === name)?.spec.selector).toEqual({
      // As the original's: the selector of a Deployment cannot be changed.
      matchLabels: { [label]: name },
    })
  })
})

describe('a release', () => {
  const of = (version: string, previous?: string) => olmFiles(facts, hub, releaseOf(version, previous))
  const entryOf = (all: ReturnType<typeof of>) =>
    objectsBelow(all, 'catalog').find((one) => 'schema' in one && one.schema === 'olm.channel')

  it('replaces the one before it by name, and what is older, and the original, by version', () => {
    const all = of('1.2.3', '1.2.2')
    const entry = {
      name: 'odf-multicluster-orchestrator.v1.2.3',
      replaces: 'odf-multicluster-orchestrator.v1.2.2',
      skipRange: '<1.2.3 || >=4.0.0-0 <5.0.0-0',
    }
    expect(entryOf(all)).toMatchObject({ name: 'stable-v1', entries: [entry] })
    expect(csvIn(all)).toMatchObject({
      metadata: { name: entry.name, annotations: { 'olm.skipRange': entry.skipRange } },
      spec: { version: '1.2.3', replaces: entry.replaces, maturity: 'stable' },
    })
  })

  it('comes after the one below it in the changelog', () => {
    const changelog = '# hub\n\n## 1.3.0\n\n### Minor Changes\n\n- ## 9.9.9\n\n## 1.2.2\n\n## 1.2.1\n'
    expect(versionBefore('1.3.0', changelog)).toBe('1.2.2')
    expect(versionBefore('1.2.1', changelog)).toBeUndefined()
    expect(versionBefore('0.0.0', '')).toBeUndefined()
  })

  it('is a candidate below 1.0, and the first of all replaces none', () => {
    const all = of('0.3.0')
    expect(entryOf(all)).toMatchObject({ name: 'candidate-v0' })
    expect(csvIn(all).spec).toMatchObject({ maturity: 'alpha' })
    expect(csvIn(all).spec.replaces).toBeUndefined()
  })

  it('says its version wherever there is one', () => {
    const other = of('7.8.9').map(({ text }) => text)
    const { version } = thisRelease
    const said = files.map(({ text }) => text.replaceAll(`:${version}`, ':7.8.9'))
    const differ = files.filter((_, at) => said[at] !== other[at]).map(({ file }) => file.split('/').at(-1))
    // These say it, or its channel, otherwise too.
    expect(differ).toEqual([
      'odf-multicluster-orchestrator.clusterserviceversion.yaml',
      'annotations.yaml',
      'bundle.Dockerfile',
      'catalog-template.yaml',
      'catalog.yaml',
      'openshift-operators.yaml',
      'own-namespace.yaml',
    ])
    expect(other.filter((text) => text.includes(`:${version}`) || text.includes(`.v${version}`))).toEqual([])
  })
})

describe.skipIf(!hasKubectl)('beside deploy/overlays/openshift (skipped without kubectl)', () => {
  const overlay = hasKubectl ? rendered('deploy/overlays/openshift') : Promise.resolve([])
  const inOverlay = async (name: string): Promise<KubeObject | undefined> =>
    (await overlay).find((object) => nameOf(object) === name)
  const { hubController, webhook } = components

  it('nothing is missing: what is not in the bundle or beside it, OLM makes from the ClusterServiceVersion', async () => {
    const shipped = new Set([...bundled, ...beside].map(nameOf))
    expect(
      (await overlay)
        .map(nameOf)
        .filter((name) => !shipped.has(name))
        .toSorted(),
    ).toEqual(
      [
        `Deployment ${hubController}`,
        `ServiceAccount ${hubController}`,
        `Role ${hubController}`,
        `RoleBinding ${hubController}`,
        `ClusterRole ${hubController}`,
        `ClusterRoleBinding ${hubController}`,
        `Deployment ${webhook}`,
        `ServiceAccount ${webhook}`,
        `Service ${webhook}`,
        `MutatingWebhookConfiguration ${webhook}`,
        `ValidatingWebhookConfiguration ${webhook}`,
      ].toSorted(),
    )
  })

  it('what is in both is the same', async () => {
    for (const object of bundled) {
      const other = await inOverlay(nameOf(object))
      expect(object, nameOf(object)).toEqual(other === undefined ? undefined : anywhere(other))
    }
  })

  it('what is applied beside is the same, in the same namespace', async () => {
    const applied = await rendered('deploy/olm/beside')
    expect(applied.map(nameOf).toSorted()).toEqual(beside.map(nameOf).toSorted())
    for (const object of applied) expect(object).toEqual(await inOverlay(nameOf(object)))
  })

  it('the hub controller is allowed the same, and the webhook as little', async () => {
    const { permissions, clusterPermissions } = install.spec
    const [role, clusterRole] = await Promise.all(
      ['Role', 'ClusterRole'].map((kind) => inOverlay(`${kind} ${hubController}`)),
    )
    expect(rulesFor(permissions, hubController)).toEqual((role as { rules?: unknown }).rules)
    expect(rulesFor(clusterPermissions, hubController)).toEqual((clusterRole as { rules?: unknown }).rules)
    expect([...rulesFor(permissions, webhook), ...rulesFor(clusterPermissions, webhook)]).toEqual([])
    const bindings = of(await overlay, 'RoleBinding').flatMap(({ subjects = [] }) => subjects)
    expect(bindings.map(({ name }) => name)).not.toContain(webhook)
  })

  it('the same runs: only the certificate of the webhook lies elsewhere', async () => {
    const specOf = (name: string) => install.spec.deployments.find((one) => one.name === name)?.spec
    for (const deployment of of(await overlay, 'Deployment')) {
      const name = deployment.metadata.name ?? ''
      const { volumes: _volumes, ...pod } = podOf(deployment)
      const { volumeMounts: _mounts, args, ...container } = containerOf(deployment)
      const expected = {
        ...deployment.spec,
        template: {
          ...deployment.spec.template,
          spec: {
            ...pod,
            containers: [
              {
                ...container,
                args:
                  name === webhook
                    ? ['cert-file', 'key-file'].map(
                        (flag) =>
                          `--tls-${flag}=${olmCertificates}/apiserver.${flag === 'cert-file' ? 'crt' : 'key'}`,
                      )
                    : args,
              },
            ],
          },
        },
      }
      expect(specOf(name), name).toEqual(expected)
    }
  })

  it('the webhook is asked about the same, as far as OLM can say it', async () => {
    const all = await overlay
    const webhooks = [
      ...of(all, 'MutatingWebhookConfiguration'),
      ...of(all, 'ValidatingWebhookConfiguration'),
    ].flatMap(({ kind = '', webhooks: list = [] }) => list.map((one) => ({ kind, ...one })))
    expect(
      csv.spec.webhookdefinitions.map(
        ({ type, generateName, webhookPath, containerPort, deploymentName, targetPort, ...rest }) => {
          expect([deploymentName, targetPort]).toEqual([webhook, contract.webhook.port])
          return { type, name: generateName, path: webhookPath, port: containerPort, ...rest }
        },
      ),
    ).toEqual(
      webhooks.map(({ kind, name, clientConfig: { service }, matchConditions, ...rest }) => {
        expect(matchConditions, 'what OLM cannot say').toHaveLength(1)
        return {
          type: kind.replace('Configuration', '').replace('Webhook', 'AdmissionWebhook'),
          name,
          path: service?.path,
          port: service?.port,
          ...rest,
        }
      }),
    )
  })
})
