import type { Resource } from '../resources/resource.ts'
import { subresourceKinds, subresourceVerbs } from './discovery.ts'
import { metaNames, openApiNameOf, referenceTo } from './open-api-name.ts'
import type { Json } from './open-api-name.ts'
import { collectionNames, deleteNames, listNames, parameters, writeNames } from './open-api-parameters.ts'

const protobuf = 'application/vnd.kubernetes.protobuf'
const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]

const contents = (mediaTypes: readonly string[], name: string): Json =>
  Object.fromEntries(mediaTypes.map((type) => [type, { schema: referenceTo(name) }]))

interface Wanted {
  readonly action: string
  /** Of the operation's id: `readCoreV1NamespacedConfigMap`. */
  readonly verb: string
  readonly suffix?: string
  readonly query?: readonly string[]
  readonly body?: { readonly name: string; readonly types: readonly string[]; readonly isRequired: boolean }
  readonly answer: string
  readonly codes?: readonly number[]
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string }
}

const anyType = ['*/*']

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** `RbacAuthorization`, `ExExampleCom`: a group in the names of operations. */
const pascalGroup = (group: string): string =>
  group === ''
    ? 'Core'
    : group
        .replace(/\.k8s\.io$/, '')
        .split(/[.-]/)
        .map(capital)
        .join('')

/** `AppsV1`. */
export const pascal = (group: string, version = ''): string => pascalGroup(group) + capital(version)

/** The operations of one resource, as clients look for them: parameters, bodies, answers, kinds. */
export class Operations {
  readonly #resource: Resource
  /** `AppsV1`. */
  readonly #home: string
  readonly #tag: string

  constructor(resource: Resource) {
    this.#resource = resource
    const { group, version } = resource
    this.#home = pascal(group, version)
    this.#tag = `${pascalGroup(group).charAt(0).toLowerCase() + pascalGroup(group).slice(1)}_${version}`
  }

  operation({ action, verb, suffix = '', query = [], body, answer, codes = [200], kind }: Wanted): Json {
    const { namespaced, isCustom, kind: own, group, version } = this.#resource
    const { group: ofGroup, version: ofVersion, kind: ofKind } = kind ?? { group, version, kind: own }
    const isList = action === 'list'
    const streams = isList ? ['application/json;stream=watch', `${protobuf};stream=watch`] : []
    const answers = isCustom
      ? ['application/json', 'application/yaml']
      : ['application/json', protobuf, 'application/yaml', ...streams]
    return {
      tags: [this.#tag],
      operationId: `${verb}${this.#home}${verb === 'delete' && action === 'deletecollection' ? 'Collection' : ''}${namespaced ? 'Namespaced' : ''}${own}${suffix}`,
      ...(query.length === 0 ? {} : { parameters: parameters(query) }),
      ...(body === undefined
        ? {}
        : {
            requestBody: {
              content: contents(body.types, body.name),
              ...(body.isRequired ? { required: true } : {}),
            },
          }),
      responses: {
        ...Object.fromEntries(
          codes.map((code) => [code, { description: said[code], content: contents(answers, answer) }]),
        ),
        401: { description: said[unauthorized] },
      },
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': { group: ofGroup, version: ofVersion, kind: ofKind },
    }
  }

  get #readNames(): readonly string[] {
    return this.#resource.isCustom ? ['resourceVersion'] : []
  }

  get #name(): string {
    return openApiNameOf(this.#resource)
  }

  get #listName(): string {
    return openApiNameOf(this.#resource, this.#resource.listKind)
  }

  #writes(name: string): NonNullable<Wanted['body']> {
    const types = this.#resource.isCustom ? ['application/json', 'application/yaml'] : anyType
    return { name, types, isRequired: true }
  }

  #patches(): NonNullable<Wanted['body']> {
    const types = this.#resource.isCustom
      ? patchTypes.filter((type) => !type.includes('strategic'))
      : patchTypes
    return { name: metaNames.patch, types, isRequired: true }
  }

  #deletes(): NonNullable<Wanted['body']> {
    const types = this.#resource.isCustom ? ['application/json', 'application/yaml'] : anyType
    return { name: metaNames.deleteOptions, types, isRequired: false }
  }

  collection(): Json {
    const { verbs, namespaced, isCustom } = this.#resource
    const has = (verb: string): boolean => verbs.includes(verb)
    const codes = [200, 201, 202]
    return {
      ...(has('list')
        ? { get: this.operation({ action: 'list', verb: 'list', query: listNames, answer: this.#listName }) }
        : {}),
      ...(has('create')
        ? {
            post: this.operation({
              action: 'post',
              verb: 'create',
              query: writeNames,
              body: this.#writes(this.#name),
              answer: this.#name,
              codes,
            }),
          }
        : {}),
      ...(has('deletecollection')
        ? {
            delete: this.operation({
              action: 'deletecollection',
              verb: 'delete',
              query: isCustom ? listNames : collectionNames,
              ...(isCustom ? {} : { body: this.#deletes() }),
              answer: metaNames.status,
            }),
          }
        : {}),
      parameters: [...parameters(namespaced ? ['namespace'] : [], 'path'), ...parameters(['pretty'])],
    }
  }

  item(): Json {
    const { verbs } = this.#resource
    const has = (verb: string): boolean => verbs.includes(verb)
    const name = this.#name
    const codes = [200, 201]
    const isAnswered =
      this.#resource.strategy.returnsDeleted === true && this.#resource.plural !== 'namespaces'
    const deleted = isAnswered ? name : metaNames.status
    return {
      ...(has('get')
        ? { get: this.operation({ action: 'get', verb: 'read', query: this.#readNames, answer: name }) }
        : {}),
      ...(has('update')
        ? {
            put: this.operation({
              action: 'put',
              verb: 'replace',
              query: writeNames,
              body: this.#writes(name),
              answer: name,
              codes,
            }),
          }
        : {}),
      ...(has('delete')
        ? {
            delete: this.operation({
              action: 'delete',
              verb: 'delete',
              query: deleteNames,
              body: this.#deletes(),
              answer: deleted,
              codes: [200, 202],
            }),
          }
        : {}),
      ...(has('patch')
        ? {
            patch: this.operation({
              action: 'patch',
              verb: 'patch',
              query: [...writeNames, 'force'],
              body: this.#patches(),
              answer: name,
              codes: this.#resource.isCustom ? [200] : codes,
            }),
          }
        : {}),
      parameters: this.#itemParameters(),
    }
  }

  subresource(subresource: string): Json {
    const special = subresourceKinds[subresource]
    const verbs = subresourceVerbs(subresource)
    const kind =
      special === undefined || this.#resource.isCustom
        ? undefined
        : { group: special.group, version: special.version, kind: special.kind }
    const answer =
      special === undefined
        ? this.#name
        : `io.k8s.api.${special.group.split('.')[0] ?? ''}.${special.version}.${special.kind}`
    const suffix = subresource.charAt(0).toUpperCase() + subresource.slice(1)
    const base = { suffix, answer, ...(kind === undefined ? {} : { kind }) }
    const codes = [200, 201]
    return {
      ...(verbs.includes('get')
        ? { get: this.operation({ ...base, action: 'get', verb: 'read', query: this.#readNames }) }
        : {}),
      ...(verbs.includes('create')
        ? {
            post: this.operation({
              ...base,
              action: 'post',
              verb: 'create',
              query: writeNames,
              body: this.#writes(answer),
              codes: [200, 201, 202],
            }),
          }
        : {}),
      ...(verbs.includes('update')
        ? {
            put: this.operation({
              ...base,
              action: 'put',
              verb: 'replace',
              query: writeNames,
              body: this.#writes(answer),
              codes,
            }),
          }
        : {}),
      ...(verbs.includes('patch')
        ? {
            patch: this.operation({
              ...base,
              action: 'patch',
              verb: 'patch',
              query: [...writeNames, 'force'],
              body: this.#patches(),
              codes: this.#resource.isCustom ? [200] : codes,
            }),
          }
        : {}),
      parameters: this.#itemParameters(),
    }
  }

  /** A list of all namespaces. */
  everywhere(): Json {
    const { kind } = this.#resource
    const { parameters: _parameters, ...list } = this.operation({
      action: 'list',
      verb: 'list',
      answer: this.#listName,
    })
    return {
      get: { ...list, operationId: `list${this.#home}${kind}ForAllNamespaces` },
      parameters: parameters([...listNames, 'pretty'].toSorted()),
    }
  }

  #itemParameters(): Json[] {
    const path = this.#resource.namespaced ? ['name', 'namespace'] : ['name']
    const all = [...parameters(path, 'path'), ...parameters(['pretty'])]
    return all.toSorted((left, right) => (String(left['name']) < String(right['name']) ? -1 : 1))
  }
}

const unauthorized = 401
const said: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  401: 'Unauthorized',
}
