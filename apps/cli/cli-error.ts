/** Ends the command with one message that says what is wrong and what to do. */
export class CliError extends Error {}
