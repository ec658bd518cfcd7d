/** Names and e-mail addresses of members: encrypted with a key each, erased by destroying it. */
export * from './personal-data';
export * from './master-key';
