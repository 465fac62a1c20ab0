import { kinds } from '@odfmo/api-types'
import type { ServiceFacts } from '../service-facts.ts'
import { documentsFile, textFile, type GeneratedFile } from '../yaml-file.ts'
import { clusterServiceVersion, type ClusterServiceVersion } from './csv/cluster-service-version.ts'
import { summary } from './csv/description.ts'
import { icon } from './csv/icon.ts'
import { bundleImage } from './images.ts'
import { channelOf, csvName, packageName, skipRangeOf, type Release } from './release.ts'

const source = 'tools/generate/olm'

/** Of operator-registry; its image serves the catalog. */
const opmVersion = 'v1.74.0'

/** What the catalog offers, and by which way to it. One bundle is enough: every earlier one may skip to it. */
const packageAndChannel = (release: Release): readonly object[] => [
  {
    schema: 'olm.package',
    name: packageName,
    defaultChannel: channelOf(release),
    description: summary,
    icon,
  },
  {
    schema: 'olm.channel',
    package: packageName,
    name: channelOf(release),
    entries: [
      {
        name: csvName(release.version),
        ...(release.previous === undefined ? {} : { replaces: csvName(release.previous) }),
        skipRange: skipRangeOf(release),
      },
    ],
  },
]

/** What `opm render` makes of the bundle. */
const bundleEntry = (facts: ServiceFacts, release: Release): object => {
  const csv = clusterServiceVersion(facts, release)
  const { group, version, kind } = kinds.MirrorPeer
  return {
    schema: 'olm.bundle',
    name: csvName(release.version),
    package: packageName,
    image: bundleImage(release),
    properties: [
      { type: 'olm.gvk', value: { group, kind, version } },
      { type: 'olm.package', value: { packageName, version: release.version } },
      { type: 'olm.csv.metadata', value: csvMetadata(csv) },
    ],
    relatedImages: [{ name: '', image: bundleImage(release) }, ...csv.spec.relatedImages].toSorted((a, b) =>
      a.image < b.image ? -1 : 1,
    ),
  }
}

/** What catalogs show, without the bundle's image being pulled. */
const csvMetadata = ({ metadata, spec }: ClusterServiceVersion): object => ({
  annotations: metadata.annotations,
  apiServiceDefinitions: {},
  crdDescriptions: spec.customresourcedefinitions,
  description: spec.description,
  displayName: spec.displayName,
  installModes: spec.installModes,
  keywords: spec.keywords,
  labels: metadata.labels,
  links: spec.links,
  maintainers: spec.maintainers,
  maturity: spec.maturity,
  minKubeVersion: spec.minKubeVersion,
  provider: spec.provider,
})

/** The file-based catalog, the template that `opm` would render it from, and the Dockerfile of the image that serves it. */
export function catalogFiles(facts: ServiceFacts, release: Release): readonly GeneratedFile[] {
  return [
    documentsFile('olm/catalog-template.yaml', source, [
      {
        schema: 'olm.template.basic',
        entries: [...packageAndChannel(release), { schema: 'olm.bundle', image: bundleImage(release) }],
      },
    ]),
    documentsFile(`olm/catalog/${packageName}/catalog.yaml`, source, [
      ...packageAndChannel(release),
      bundleEntry(facts, release),
    ]),
    textFile('olm/catalog.Dockerfile', source, [
      `FROM quay.io/operator-framework/opm:${opmVersion}`,
      'ENTRYPOINT ["/bin/opm"]',
      'CMD ["serve", "/configs", "--cache-dir=/tmp/cache"]',
      'COPY catalog /configs',
      'RUN ["/bin/opm", "serve", "/configs", "--cache-dir=/tmp/cache", "--cache-only"]',
      'LABEL operators.operatorframework.io.index.configs.v1=/configs',
    ]),
  ]
}
