import { mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { kinds } from '@odfmo/api-types'
import { apiVersionOf, type KubeObject } from '@odfmo/api-types/meta'
import { expect } from 'vitest'
import { stringify } from 'yaml'
import type { ClusterServiceVersion } from '../../generate/olm/csv/cluster-service-version.ts'
import type { InstallWorld } from './install-world.ts'
import { olmObjectsOf, ownerLabel, type OlmInstallation } from './olm-objects-of.ts'

/** A kustomization with nothing but these objects. */
export const kustomizationOf = (objects: readonly KubeObject[], folder: string): string => {
  const place = mkdtempSync(path.join(folder, 'bundle-'))
  writeFileSync(path.join(place, 'objects.yaml'), objects.map((one) => stringify(one)).join('---\n'))
  writeFileSync(
    path.join(place, 'kustomization.yaml'),
    stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: ['objects.yaml'],
    }),
  )
  return place
}

/** Installs a bundle as OLM does; what another one had by the same name is taken over. */
export const installByOlm = async (
  world: InstallWorld,
  folder: string,
  { csv, namespace, ...rest }: OlmInstallation,
): Promise<void> => {
  const inNamespace = { ...csv, metadata: { ...csv.metadata, namespace } }
  const created = await world.kubectl(['create', '--validate=strict', '-o', 'json', '-f', '-'], inNamespace)
  expect(created.errors).toBe('')
  const ownerUid = (JSON.parse(created.out) as KubeObject).metadata.uid ?? ''
  await world.apply(kustomizationOf(olmObjectsOf({ csv, namespace, ...rest, ownerUid }), folder))
}

/** What OLM does to the ClusterServiceVersion that another one has replaced, once that is installed. */
export const removeByOlm = async (
  { kubectl }: InstallWorld,
  { metadata: { name = '' } }: ClusterServiceVersion,
  namespace: string,
): Promise<void> => {
  const labelled = [
    kinds.ClusterRoleBinding,
    kinds.ClusterRole,
    kinds.MutatingWebhookConfiguration,
    kinds.ValidatingWebhookConfiguration,
  ].map(({ plural }) => plural)
  for (const args of [
    ['delete', labelled.join(','), '-l', `${ownerLabel}=${name}`],
    // What it alone owns goes with it.
    ['delete', '-n', namespace, 'clusterserviceversion', name],
  ])
    expect((await kubectl(args)).errors).toBe('')
}

/** Who is who: `Deployment odfmo-webhook` → uid. Fails where something is not there. */
export const uidsOf = async (
  { hub }: InstallWorld,
  objects: readonly KubeObject[],
  namespace: string,
): Promise<Readonly<Record<string, string>>> => {
  const found = objects.map(async ({ apiVersion = '', kind = '', metadata: { name = '' } }) => {
    const live = await hub.get({ apiVersion, kind }, { namespace, name })
    expect(live, `${kind} ${name}`).toBeDefined()
    return [`${kind} ${name}`, live?.metadata.uid ?? ''] as const
  })
  return Object.fromEntries(await Promise.all(found))
}

const deployment = (name: string, labels: Readonly<Record<string, string>>, image: string) => ({
  name,
  label: labels,
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name, image }] } },
  },
})

/** The Deployment of the original's hub controller, and its account. */
export const originalController = 'odfmo-controller-manager'

/**
 * The original's ClusterServiceVersion, as far as it matters to who replaces it: its name and version, and names and selectors
 * of its Deployments. Its images run nowhere here.
 */
export const originalCsv: ClusterServiceVersion = {
  apiVersion: 'operators.coreos.com/v1alpha1',
  kind: 'ClusterServiceVersion',
  metadata: { name: 'odf-multicluster-orchestrator.v4.18.3-rhodf' },
  spec: {
    displayName: 'ODF Multicluster Orchestrator',
    description: '',
    version: '4.18.3-rhodf',
    maturity: 'alpha',
    minKubeVersion: '1.16.0',
    keywords: [],
    provider: { name: 'Red Hat' },
    maintainers: [],
    links: [],
    icon: [],
    installModes: [{ type: 'AllNamespaces', supported: true }],
    customresourcedefinitions: { owned: [] },
    install: {
      strategy: 'deployment',
      spec: {
        deployments: [
          deployment(
            originalController,
            { 'control-plane': originalController },
            'quay.io/ocs-dev/odf-multicluster-orchestrator:latest',
          ),
          deployment(
            'odf-multicluster-console',
            { 'app.kubernetes.io/name': 'odf-multicluster-console' },
            'quay.io/ocs-dev/odf-multicluster-console:latest',
          ),
        ],
        permissions: [{ serviceAccountName: originalController, rules: [] }],
        clusterPermissions: [],
      },
    },
    webhookdefinitions: [],
    relatedImages: [],
  },
}

/** Of kind Deployment, to ask for. */
export const deploymentNamed = (name: string): KubeObject => ({
  apiVersion: apiVersionOf(kinds.Deployment),
  kind: kinds.Deployment.kind,
  metadata: { name },
})
