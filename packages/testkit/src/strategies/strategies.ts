import type { Strategy } from '../resources/resource.ts'
import { customResourceDefinitionStrategy } from './custom-resource-definition.ts'

/** What is special about the built-in kinds, by `group/plural`. */
export const strategies: Readonly<Record<string, Strategy>> = {
  'apiextensions.k8s.io/customresourcedefinitions': customResourceDefinitionStrategy,
}
