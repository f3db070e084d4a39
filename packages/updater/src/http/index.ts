export type { DocumentRequest, HttpDocument } from './document.ts';
export type { HttpResponse } from './http-body.ts';
export { createHttpClient, type HttpClient, type HttpRange, type HttpRequest } from './http-client.ts';
export type { HttpOptions, HttpTimeouts } from './http-options.ts';
