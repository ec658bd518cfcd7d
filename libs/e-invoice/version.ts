/**
 * Raised when the same invoice would be written otherwise. It is recorded with each invoice, so
 * that the XML, which is not stored, can be made again as it was.
 */
export const EINVOICE_WRITER_VERSION = 3;
