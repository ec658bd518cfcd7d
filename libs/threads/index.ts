/** What threads hand to each other, and how it is known why one ended. Knows nothing of their work. */
export { lastWordsOnFailure, onAnswer, onEnd } from './ending';
export { ownBytes } from './own-bytes';
