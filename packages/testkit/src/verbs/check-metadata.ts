import type { FieldError } from '../field-error.ts'
import type { ObjectMeta } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import { pathSegmentProblems, subdomainProblems } from './names.ts'
import { metadataErrors, metadataUpdateErrors, plainFinalizerErrors } from './object-meta.ts'

/** Groups whose kinds do not look at finalizers without a domain. */
const lenientGroups: readonly string[] = ['apiextensions.k8s.io', 'apiregistration.k8s.io']

const ofKind = ({ group, isCustom }: Resource, { finalizers = [] }: ObjectMeta): FieldError[] =>
  isCustom || lenientGroups.includes(group) ? [] : plainFinalizerErrors(finalizers, 'metadata.finalizers')

/** What is wrong with the metadata of a new object. */
export const createdMetadataErrors = (resource: Resource, meta: ObjectMeta): FieldError[] => [
  ...metadataErrors(meta, resource.strategy.validateName ?? subdomainProblems),
  ...ofKind(resource, meta),
]

/**
 * What is wrong with the metadata of a changed object. Updates are checked by the rules of all objects and again by
 * those of the kind, so a refusal has its causes twice or more, as on the real server.
 */
export const changedMetadataErrors = (
  resource: Resource,
  meta: ObjectMeta,
  old: ObjectMeta,
): FieldError[] => [
  ...metadataErrors(meta, pathSegmentProblems),
  ...metadataUpdateErrors(meta, old),
  ...metadataUpdateErrors(meta, old),
  ...ofKind(resource, meta),
  ...(resource.strategy.revalidatesMetadata === true ? createdMetadataErrors(resource, meta) : []),
]
