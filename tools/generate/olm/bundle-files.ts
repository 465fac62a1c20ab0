import type { HubReference } from '../../reference/hub-reference.ts'
import type { ServiceFacts } from '../service-facts.ts'
import { documentsFile, textFile, type GeneratedFile } from '../yaml-file.ts'
import { bundleObjects, objectFile } from './bundle-objects.ts'
import { clusterServiceVersion } from './csv/cluster-service-version.ts'
import { channelOf, packageName, type Release } from './release.ts'

const source = 'tools/generate/olm'
const prefix = 'operators.operatorframework.io.bundle.'

/** What tells OLM where in the image what is; in the image's labels, and in a file for tools without the image. */
const bundleAnnotations = (release: Release): Readonly<Record<string, string>> => ({
  [`${prefix}mediatype.v1`]: 'registry+v1',
  [`${prefix}manifests.v1`]: 'manifests/',
  [`${prefix}metadata.v1`]: 'metadata/',
  [`${prefix}package.v1`]: packageName,
  [`${prefix}channels.v1`]: channelOf(release),
  [`${prefix}channel.default.v1`]: channelOf(release),
  // Kubernetes 1.30.
  'com.redhat.openshift.versions': 'v4.17',
})

/** `deploy/olm/bundle`, and the Dockerfile of the image that has nothing else in it. */
export function bundleFiles(
  facts: ServiceFacts,
  hub: HubReference,
  release: Release,
): readonly GeneratedFile[] {
  const annotations = bundleAnnotations(release)
  return [
    documentsFile(`olm/bundle/manifests/${packageName}.clusterserviceversion.yaml`, source, [
      clusterServiceVersion(facts, release),
    ]),
    ...bundleObjects(facts, hub).map((object) =>
      documentsFile(`olm/bundle/manifests/${objectFile(object)}`, source, [object]),
    ),
    documentsFile('olm/bundle/metadata/annotations.yaml', source, [{ annotations }]),
    textFile('olm/bundle.Dockerfile', source, [
      'FROM scratch',
      ...Object.entries(annotations).map(([name, value]) => `LABEL ${name}=${value}`),
      'COPY bundle/manifests /manifests/',
      'COPY bundle/metadata /metadata/',
    ]),
  ]
}
