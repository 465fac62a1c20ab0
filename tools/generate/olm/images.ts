import type { V1Deployment } from '@kubernetes/client-node'
import { exampleRepository, images } from '../names.ts'
import { packageName, type Release } from './release.ts'

/** The multicluster console is a project of its own, with versions of its own; here it has ours. */
export const consoleImage = 'odfmo-multicluster-console'

/** What is started, here and on the managed clusters, by the names that the manifests give them. */
export const operandImages = [...Object.values(images), consoleImage]

/** `example.com/odfmo/webhook:1.2.3` */
export const imageOf = (name: string, { version }: Release): string => `${exampleRepository(name)}:${version}`

/** The image that the bundle is. */
export const bundleImage = (release: Release): string => imageOf(`${packageName}-bundle`, release)

/** The image that the catalog is. */
export const catalogImage = (release: Release): string => imageOf(`${packageName}-catalog`, release)

/** A Deployment with the images of a release, in its containers and in their variables. */
export const withImages = (spec: NonNullable<V1Deployment['spec']>, release: Release) => {
  const full = (name: string): string => (operandImages.includes(name) ? imageOf(name, release) : name)
  const containers = (spec.template.spec?.containers ?? []).map(({ image, env, ...container }) => ({
    ...container,
    ...(image === undefined ? {} : { image: full(image) }),
    ...(env === undefined
      ? {}
      : { env: env.map((one) => (one.value === undefined ? one : { ...one, value: full(one.value) })) }),
  }))
  return { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } }
}
