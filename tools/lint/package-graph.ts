import type { SourceFile, Workspace, WorkspacePackage } from './workspace.ts'

/** Entries of our packages that each package may import: what stands left of it in docs/architecture.md. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'api-types': [],
  'secret-naming': ['api-types'],
  'secret-exchange': ['api-types', 'secret-naming'],
  'controller-kit': ['api-types/meta'],
  testkit: ['api-types'],
  'hub-controller': ['api-types', 'secret-naming', 'secret-exchange', 'controller-kit', 'console-init'],
  'token-exchange-agent': ['api-types', 'secret-naming', 'secret-exchange', 'controller-kit'],
  webhook: ['api-types', 'secret-naming', 'secret-exchange', 'controller-kit'],
  'console-init': ['api-types', 'controller-kit'],
}
const toolsMayImport = ['api-types', 'secret-naming', 'secret-exchange', 'controller-kit', 'testkit']
const pure = new Set(['api-types', 'secret-naming', 'secret-exchange'])
const scope = '@odfmo/'

/** Every breach of who may import whom, over manifests and imports; a line each, empty when all is well. */
export function packageGraphProblems(workspace: Workspace): string[] {
  return [
    ...workspace.packages.flatMap((one) => [
      ...manifestProblems(one),
      ...one.sources.flatMap((source) => importProblems(one, source)),
      ...one.sources.flatMap(indexProblems),
    ]),
    ...inexactVersions('package.json', workspace.manifest),
    ...workspace.tools.flatMap(toolProblems),
  ]
}

function manifestProblems({ name, folder, manifest }: WorkspacePackage): string[] {
  const file = `${folder}/package.json`
  const allowed = mayImport[name]
  if (allowed === undefined) {
    return [`${file}: a new package; say in tools/lint/package-graph.ts what it may import`]
  }
  const problems = inexactVersions(file, manifest)
  if (manifest.name !== scope + name)
    problems.push(`${file}: the name must be ${scope}${name}, as its folder`)
  for (const dependency of ours(manifest.dependencies)) {
    if (!allowed.some((entry) => packageOf(entry) === dependency)) {
      problems.push(
        `${file}: ${name} must not depend on ${dependency} (it may on: ${allowed.join(', ') || 'nothing of ours'})`,
      )
    }
  }
  for (const dependency of ours(manifest.devDependencies)) {
    if (dependency !== 'testkit' && !allowed.some((entry) => packageOf(entry) === dependency)) {
      problems.push(`${file}: ${name} must not depend on ${dependency}, not for its tests either`)
    }
  }
  if (JSON.stringify(manifest.publishConfig?.exports ?? {}).includes('@odfmo/source')) {
    problems.push(`${file}: publishConfig.exports names @odfmo/source, but sources are not published`)
  }
  return problems
}

function importProblems(
  { name, manifest }: WorkspacePackage,
  { file, imports, isTest }: SourceFile,
): string[] {
  const allowed = [...(mayImport[name] ?? []), ...(isTest && name !== 'testkit' ? ['testkit'] : [])]
  return imports.flatMap((specifier) => {
    if (specifier.startsWith('node:')) {
      return pure.has(name) && !isTest
        ? [`${file}: ${name} is pure and runs in a browser too; it must not import ${specifier}`]
        : []
    }
    if (!specifier.startsWith(scope)) return []
    const entry = specifier.slice(scope.length)
    // with or without one of its entry points
    if (entry.split('/')[0] === name) return isTest ? [] : [`${file}: imports its own package by name`]
    if (!mayImportEntry(allowed, entry))
      return [
        `${file}: ${name} must not import ${specifier} (it may: ${allowed.join(', ') || 'nothing of ours'})`,
      ]
    const declared = { ...manifest.dependencies, ...(isTest ? manifest.devDependencies : {}) }
    return scope + packageOf(entry) in declared
      ? []
      : [`${file}: imports ${specifier}, which package.json does not declare`]
  })
}

function toolProblems({ file, imports }: SourceFile): string[] {
  return imports
    .filter((specifier) => specifier.startsWith(scope))
    .filter((specifier) => !mayImportEntry(toolsMayImport, specifier.slice(scope.length)))
    .map((specifier) => `${file}: tools start services as processes, they do not import ${specifier}`)
}

function indexProblems({ file, text }: SourceFile): string[] {
  if (!file.endsWith('/index.ts')) return []
  if (!/^packages\/[^/]+\/src\/index\.ts$/.test(file))
    return [`${file}: index.ts is at a package's root only`]
  return /^export \*/m.test(text)
    ? [`${file}: list the exported names; export * makes the surface an accident`]
    : []
}

function inexactVersions(file: string, manifest: Workspace['manifest']): string[] {
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
  return Object.entries(all)
    .filter(([, version]) => version !== 'workspace:*' && !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${file}: ${name} ${JSON.stringify(version)}: versions are exact`)
}

/** `api-types` allows all of its entries, `api-types/meta` only that one. */
function mayImportEntry(allowed: readonly string[], entry: string): boolean {
  return allowed.includes(entry) || allowed.includes(packageOf(entry))
}

function ours(dependencies: Readonly<Record<string, string>> = {}): string[] {
  return Object.keys(dependencies)
    .filter((name) => name.startsWith(scope))
    .map((name) => name.slice(scope.length))
}

function packageOf(entry: string): string {
  return entry.split('/')[0] ?? entry
}
