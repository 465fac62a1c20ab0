/** How oxlint is always run: with types, and a suppression that suppresses nothing is an error itself. */
export const oxlintArguments = ['--type-aware', '--report-unused-disable-directives-severity', 'error']
