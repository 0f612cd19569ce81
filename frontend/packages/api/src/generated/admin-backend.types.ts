// Drawn by `npm run generate` from the OpenAPI description of the service. Do not edit.

export interface paths {
    readonly "/all_documents_status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * All Documents Status
         * @description List all documents with where they stand, ordered by identification.
         */
        readonly get: operations["all_documents_status_all_documents_status_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/delete_document/{identification}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete Document
         * @description Delete a document: its pieces, its files and its status.
         *
         *     Once this has begun it is finished, by itself when a service is not available now.
         */
        readonly delete: operations["delete_document_delete_document__identification__delete"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/document_reference/{identification}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Document Reference
         * @description Return the file that the document's indexed pieces are from; of a source, its address as `text/uri-list`.
         */
        readonly get: operations["document_reference_document_reference__identification__get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/feedback": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Reports
         * @description List what was said about answers, and the questions that the documents had no answer to.
         */
        readonly get: operations["reports_feedback_get"];
        readonly put?: never;
        /**
         * Report
         * @description Keep what a person says about an answer, or a question without one; open to everyone who chats.
         */
        readonly post: operations["report_feedback_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/feedback/{identification}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Forget
         * @description Delete a report that is dealt with.
         */
        readonly delete: operations["forget_feedback__identification__delete"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/feedback/questions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Questions
         * @description Return a question set for the evaluation, a line of JSON for each question.
         */
        readonly get: operations["questions_feedback_questions_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/healthz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Healthz
         * @description Tell that the process serves requests; backing services are not asked.
         */
        readonly get: operations["healthz_healthz_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/index_status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Index Status
         * @description Tell whether the index holds all documents; what it has lost is indexed again by itself.
         */
        readonly get: operations["index_status_index_status_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/readyz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Readyz
         * @description Tell whether every backing service can be asked, and what is wrong with those that cannot.
         */
        readonly get: operations["readyz_readyz_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/reindex_all_documents": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Reindex All Documents
         * @description Index every document again from its stored original, also those in error; repeating the call is harmless.
         *
         *     What is found stays until each document is replaced. `/index_status` and `/all_documents_status` tell how far it is.
         */
        readonly post: operations["reindex_all_documents_reindex_all_documents_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/session": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Session
         * @description Tell what a browser has to show, whether it is signed in, and what it may do then; open to everyone.
         */
        readonly get: operations["session_session_get"];
        readonly put?: never;
        /**
         * Sign In
         * @description Set a cookie that stands for the `Authorization` of this request for some hours.
         *
         *     What changes something by the cookie has to send a header `X-Requested-By` along, of any value.
         */
        readonly post: operations["sign_in_session_post"];
        /**
         * Sign Out
         * @description Take the cookie away; open to everyone.
         */
        readonly delete: operations["sign_out_session_delete"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/upload_file": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Upload File
         * @description Store a file and index it in the background; `/all_documents_status` tells the outcome.
         *
         *     A file of the same name takes the place of the earlier one, whose pieces are found until then, and is in the
         *     collection that this upload names, or in none.
         */
        readonly post: operations["upload_file_upload_file_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/upload_source": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Upload Source
         * @description Fetch a web page, or all pages of a sitemap, and index them in the background.
         */
        readonly post: operations["upload_source_upload_source_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/version": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Version
         * @description Tell the versions of the service and of its local libraries.
         */
        readonly get: operations["version_version_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Body_upload_file_upload_file_post */
        readonly Body_upload_file_upload_file_post: {
            /** Collection */
            readonly collection?: string | null;
            /** File */
            readonly file: string;
        };
        /**
         * DocumentState
         * @description Where a document stands; `error` comes with its reason, and `deleting` goes on by itself.
         * @enum {string}
         */
        readonly DocumentState: "processing" | "ready" | "error" | "deleting";
        /**
         * DocumentStatus
         * @description A document and where it stands.
         */
        readonly DocumentStatus: {
            /**
             * Changed
             * Format: date-time
             * @description When the state changed, in UTC
             */
            readonly changed: string;
            /**
             * Collection
             * @description What it was uploaded to
             * @example Human resources
             */
            readonly collection?: string | null;
            /**
             * File Name
             * @description The name or address it was uploaded under
             * @example Staff Handbook.pdf
             */
            readonly file_name: string;
            /**
             * Identification
             * @example staff-handbook-5268cff13585.pdf
             */
            readonly identification: string;
            /**
             * Pieces
             * @description Pieces that are indexed, also while or after a newer upload fails
             * @default 0
             */
            readonly pieces?: number;
            /** @description How far a sitemap or a space is read; None where that is not known, and once it is */
            readonly progress?: components["schemas"]["PagesRead"] | null;
            /**
             * Reason
             * @description Why it could not be indexed, or what of it was left out
             */
            readonly reason?: string | null;
            /** @default file */
            readonly source_type?: components["schemas"]["SourceType"];
            readonly state: components["schemas"]["DocumentState"];
            /**
             * Will Retry
             * @description After an error: it is tried again without being uploaded again
             * @default false
             */
            readonly will_retry?: boolean;
        };
        /**
         * Feedback
         * @description A report as it is kept; the same question without an answer is kept once, and counted.
         */
        readonly Feedback: {
            /**
             * Answer
             * @default
             */
            readonly answer?: string;
            /**
             * Changed
             * Format: date-time
             * @description When it came, or came again, in UTC
             */
            readonly changed: string;
            /**
             * Comment
             * @description What a person adds
             * @default
             * @example It is outdated.
             */
            readonly comment?: string;
            /** Identification */
            readonly identification: string;
            readonly kind: components["schemas"]["FeedbackKind"];
            /** Passages */
            readonly passages?: readonly components["schemas"]["FeedbackPassage"][];
            /**
             * Question
             * @example How long is the notice period?
             */
            readonly question: string;
            /**
             * Session
             * @description The conversation, as in `POST /chat/{session_id}`
             * @default
             */
            readonly session?: string;
            /**
             * Times
             * @description How often it was asked
             * @default 1
             */
            readonly times?: number;
            /**
             * Turn
             * @description The answer in it; a later report about it replaces this one
             * @default
             */
            readonly turn?: string;
        };
        /**
         * FeedbackKind
         * @description `unanswered`: the documents had no answer, which rag-backend reports; the others are what a person says.
         * @enum {string}
         */
        readonly FeedbackKind: "helpful" | "not_helpful" | "unanswered";
        /**
         * FeedbackOrder
         * @description What comes first in a list.
         * @enum {string}
         */
        readonly FeedbackOrder: "newest" | "most_frequent";
        /**
         * FeedbackPassage
         * @description A passage that the answer rested on.
         */
        readonly FeedbackPassage: {
            /** Document Id */
            readonly document_id: string;
            /**
             * Excerpt
             * @default
             */
            readonly excerpt?: string;
            /** Source */
            readonly source: string;
        };
        /**
         * FeedbackReport
         * @description Body of `POST /feedback`.
         */
        readonly FeedbackReport: {
            /**
             * Answer
             * @default
             */
            readonly answer?: string;
            /**
             * Comment
             * @description What a person adds
             * @default
             * @example It is outdated.
             */
            readonly comment?: string;
            readonly kind: components["schemas"]["FeedbackKind"];
            /** Passages */
            readonly passages?: readonly components["schemas"]["FeedbackPassage"][];
            /**
             * Question
             * @example How long is the notice period?
             */
            readonly question: string;
            /**
             * Session
             * @description The conversation, as in `POST /chat/{session_id}`
             * @default
             */
            readonly session?: string;
            /**
             * Turn
             * @description The answer in it; a later report about it replaces this one
             * @default
             */
            readonly turn?: string;
        };
        /**
         * Health
         * @description Answer of `GET /healthz`: the process serves requests; says nothing about backing services.
         */
        readonly Health: {
            /**
             * Status
             * @default ok
             * @constant
             */
            readonly status?: "ok";
        };
        /** HTTPValidationError */
        readonly HTTPValidationError: {
            /** Detail */
            readonly detail?: readonly components["schemas"]["ValidationError"][];
        };
        /**
         * IndexState
         * @description Whether the index holds all documents that were indexed.
         * @enum {string}
         */
        readonly IndexState: "complete" | "incomplete" | "unknown";
        /**
         * IndexStatus
         * @description The index, compared with the documents that have to be in it.
         */
        readonly IndexStatus: {
            /**
             * Documents
             * @description Documents that have to be in the index
             */
            readonly documents: number;
            /**
             * Indexing Again
             * @description Those that are being indexed again, missing or not
             * @default 0
             */
            readonly indexing_again?: number;
            /**
             * Missing
             * @description Those of them that are not
             * @default 0
             */
            readonly missing?: number;
            /**
             * Reason
             * @description What is wrong with the index, or why it cannot be asked
             */
            readonly reason?: string | null;
            /** @description `incomplete` documents are indexed again by themselves */
            readonly state: components["schemas"]["IndexState"];
        };
        /**
         * PagesRead
         * @description How far a sitemap or a space is read.
         */
        readonly PagesRead: {
            /**
             * Of
             * @description Pages that it has; None while that is not known
             */
            readonly of?: number | null;
            /**
             * Read
             * @description Pages that were read or skipped
             * @example 12
             */
            readonly read: number;
        };
        /**
         * Problem
         * @description Body of every answer that is not a success.
         */
        readonly Problem: {
            /**
             * Detail
             * @example the chat endpoint at llm:8000 cannot be reached
             */
            readonly detail: string;
            /**
             * Request Id
             * @example 0f9c3a2b4d5e6f708192a3b4c5d6e7f8
             */
            readonly request_id?: string | null;
        };
        /**
         * Readiness
         * @description Answer of `GET /readyz`: 200 when every backing service can be asked, 503 otherwise.
         */
        readonly Readiness: {
            /**
             * Services
             * @description For each backing service `ok`, or what is wrong with it
             * @example {
             *       "chat": "the chat endpoint at llm:8000 cannot be reached",
             *       "qdrant": "ok"
             *     }
             */
            readonly services?: {
                readonly [key: string]: string;
            };
            /**
             * Status
             * @default ready
             * @enum {string}
             */
            readonly status?: "ready" | "not_ready";
        };
        /**
         * Reindexing
         * @description Answer of `POST /reindex_all_documents`.
         */
        readonly Reindexing: {
            /**
             * Documents
             * @description Documents that are now indexed again
             */
            readonly documents: number;
        };
        /**
         * Session
         * @description What a browser may do.
         */
        readonly Session: {
            /**
             * Auth
             * @description What is asked for at sign-in; nothing when `off`
             * @enum {string}
             */
            readonly auth: "token" | "basic" | "off";
            /**
             * Expires
             * @description When the session ends, in UTC
             */
            readonly expires?: string | null;
            /** Largest File Bytes */
            readonly largest_file_bytes: number;
            /**
             * May Read Originals
             * @description Whether `/document_reference` would be answered
             */
            readonly may_read_originals: boolean;
            /**
             * Recrawl Hours
             * @description Age at which sources are read again by themselves; 0 for never
             */
            readonly recrawl_hours: number;
            /** Signed In */
            readonly signed_in: boolean;
        };
        /**
         * SourceType
         * @description Where a document came from.
         * @enum {string}
         */
        readonly SourceType: "file" | "web_page" | "sitemap" | "confluence_space";
        /**
         * SourceUpload
         * @description Body of `POST /upload_source`.
         */
        readonly SourceUpload: {
            /**
             * Collection
             * @description What its documents can be asked about by
             */
            readonly collection?: string | null;
            /** @default web_page */
            readonly type?: components["schemas"]["SourceType"];
            /**
             * Url
             * @example https://example.org/handbook.html
             */
            readonly url: string;
        };
        /** ValidationError */
        readonly ValidationError: {
            /** Context */
            readonly ctx?: Record<string, never>;
            /** Input */
            readonly input?: unknown;
            /** Location */
            readonly loc: readonly (string | number)[];
            /** Message */
            readonly msg: string;
            /** Error Type */
            readonly type: string;
        };
        /**
         * VersionInfo
         * @description Answer of `GET /version`.
         */
        readonly VersionInfo: {
            /**
             * Libs
             * @description Versions of the local libraries it runs with
             */
            readonly libs?: {
                readonly [key: string]: string;
            };
            /**
             * Name
             * @example rag-backend
             */
            readonly name: string;
            /**
             * Version
             * @example 0.1.0
             */
            readonly version: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly all_documents_status_all_documents_status_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["DocumentStatus"][];
                };
            };
            /** @description The token, or user and password, are missing or wrong */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A store or another service is not available */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly delete_document_delete_document__identification__delete: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly identification: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The token, or user and password, are missing or wrong */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The document does not exist */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation Error */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
            /** @description A store or another service is not available */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly document_reference_document_reference__identification__get: {
        readonly parameters: {
            readonly query?: {
                /** @description Show a PDF in the browser, where `#page=12` opens page 12 */
                readonly inline?: boolean;
            };
            readonly header?: never;
            readonly path: {
                readonly identification: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file, to be saved; or a PDF, shown */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/octet-stream": unknown;
                };
            };
            /** @description The token, or user and password, are missing or wrong */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The document does not exist */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation Error */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
            /** @description A store or another service is not available */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly reports_feedback_get: {
        readonly parameters: {
            readonly query?: {
                /** @description Only reports of this kind */
                readonly kind?: components["schemas"]["FeedbackKind"] | null;
                /** @description What comes first */
                readonly order?: components["schemas"]["FeedbackOrder"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["Feedback"][];
                };
            };
            /** @description Validation Error */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
            /** @description It cannot be kept or read */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly report_feedback_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["FeedbackReport"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation Error */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
            /** @description It cannot be kept or read */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly forget_feedback__identification__delete: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly identification: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The report does not exist */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation Error */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
            /** @description It cannot be kept or read */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly questions_feedback_questions_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/jsonl": unknown;
                };
            };
            /** @description It cannot be kept or read */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly healthz_healthz_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readonly index_status_index_status_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IndexStatus"];
                };
            };
            /** @description The token, or user and password, are missing or wrong */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The status of documents cannot be read */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readyz_readyz_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description A backing service is missing; the answer tells which */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    readonly reindex_all_documents_reindex_all_documents_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Reindexing"];
                };
            };
            /** @description The token, or user and password, are missing or wrong */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The status of documents cannot be read */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly session_session_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Session"];
                };
            };
            /** @description The token cannot be read or kept */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly sign_in_session_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Session"];
                };
            };
            /** @description The token, or user and password, are missing or wrong */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The token cannot be read or kept */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly sign_out_session_delete: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly upload_file_upload_file_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "multipart/form-data": components["schemas"]["Body_upload_file_upload_file_post"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DocumentStatus"];
                };
            };
            /** @description The token, or user and password, are missing or wrong */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The file is over the limit */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The file has no usable name or is empty */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A store or another service is not available */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly upload_source_upload_source_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SourceUpload"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DocumentStatus"];
                };
            };
            /** @description The token, or user and password, are missing or wrong */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The address is not an http or https URL */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A store or another service is not available */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly version_version_get: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["VersionInfo"];
                };
            };
        };
    };
}
