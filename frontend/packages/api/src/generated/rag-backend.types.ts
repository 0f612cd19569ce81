// Drawn by `npm run generate` from the OpenAPI description of the service. Do not edit.

export interface paths {
    readonly "/chat/{session_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Chat
         * @description Answer from the documents, with a citation for each source.
         *
         *     The session id only marks log lines; the caller sends the history along.
         */
        readonly post: operations["chat_chat__session_id__post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/collections": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Collections
         * @description List the collections of the indexed documents; a document is in one or in none.
         */
        readonly get: operations["collections_collections_get"];
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
    readonly "/information_pieces/documents": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Documents
         * @description List the documents that are in the index, each with the pieces it really has.
         */
        readonly get: operations["documents_information_pieces_documents_get"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/information_pieces/index": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Index
         * @description Count what is in the index, so that whoever keeps the originals sees when something is missing.
         */
        readonly get: operations["index_information_pieces_index_get"];
        readonly put?: never;
        /**
         * Set Completeness
         * @description Say that documents are missing, and why: questions are answered 503 with it; or that all are there again.
         */
        readonly post: operations["set_completeness_information_pieces_index_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/information_pieces/remove": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Remove
         * @description Remove the pieces of one document. A document that has none gives `removed: 0`.
         */
        readonly post: operations["remove_information_pieces_remove_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/information_pieces/upload": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Upload
         * @description Store the pieces of one document; they replace those it had. Repeating the call changes nothing.
         *
         *     At any time either those it had or the new ones are found. When it fails, those it had stay.
         */
        readonly post: operations["upload_information_pieces_upload_post"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/passages/{document_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Passages
         * @description Return the piece that a citation is from, with those around it; neighbours may repeat each other's ends.
         */
        readonly get: operations["passages_passages__document_id__get"];
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
    readonly "/session": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Session
         * @description Tell what a browser has to show, and whether it is signed in; open to everyone.
         */
        readonly get: operations["session_session_get"];
        readonly put?: never;
        /**
         * Sign In
         * @description Set a cookie that stands for the `Authorization` of this request for some hours, but for a JWT.
         *
         *     What is asked by the cookie has to send a header `X-Requested-By` along, of any value.
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
        /**
         * ChatAnswer
         * @description Answer of `POST /chat/{session_id}`; citations are in the order in which the answer needs them.
         */
        readonly ChatAnswer: {
            /**
             * Answer
             * @example The notice period is four weeks to the end of a month.
             */
            readonly answer: string;
            /** Citations */
            readonly citations?: readonly components["schemas"]["Citation"][];
            readonly finish_reason: components["schemas"]["FinishReason"];
            /**
             * Model Failure
             * @description Why the chat model that is set up took no part in an `extracted` answer
             * @example the chat endpoint at llm:8000 cannot be reached
             */
            readonly model_failure?: string | null;
        };
        /**
         * ChatMessage
         * @description One turn of an earlier conversation.
         */
        readonly ChatMessage: {
            /** Content */
            readonly content: string;
            /**
             * Role
             * @enum {string}
             */
            readonly role: "user" | "assistant";
        };
        /**
         * ChatRequest
         * @description Body of `POST /chat/{session_id}`.
         */
        readonly ChatRequest: {
            /**
             * Collections
             * @description Answer from documents of these collections alone; none: from all documents
             */
            readonly collections?: readonly string[];
            /**
             * History
             * @description The earlier turns, the oldest first; a follow-up is understood by them
             * @example []
             * @example [
             *       {
             *         "content": "How long is the notice period?",
             *         "role": "user"
             *       },
             *       {
             *         "content": "The notice period is four weeks to the end of a month.",
             *         "role": "assistant"
             *       }
             *     ]
             */
            readonly history?: readonly components["schemas"]["ChatMessage"][];
            /**
             * Message
             * @example How long is the notice period?
             */
            readonly message: string;
        };
        /**
         * ChatSession
         * @description What a browser may do.
         */
        readonly ChatSession: {
            /**
             * Auth
             * @description What is asked for at sign-in; nothing when `off`, and a proxy does it when `oidc`
             * @enum {string}
             */
            readonly auth: "off" | "token" | "basic" | "oidc";
            /**
             * Expires
             * @description When the session ends, in UTC
             */
            readonly expires?: string | null;
            /** Signed In */
            readonly signed_in: boolean;
        };
        /**
         * Citation
         * @description A passage the answer rests on.
         */
        readonly Citation: {
            /**
             * Document Id
             * @example handbook.pdf
             */
            readonly document_id: string;
            /**
             * Excerpt
             * @example The notice period is four weeks to the end of a month.
             */
            readonly excerpt: string;
            /**
             * Headings
             * @description The headings it is under, the outermost first
             * @example [
             *       "Notice"
             *     ]
             */
            readonly headings?: readonly string[];
            /**
             * Number
             * @description As in the answer, such as [2]; extractive answers count sentences
             * @default 1
             */
            readonly number?: number;
            /**
             * Page
             * @description Page, from 1; none in formats without pages
             * @example 12
             */
            readonly page?: number | null;
            /**
             * Position
             * @description Place among the pieces of the document, from 0
             * @example 31
             */
            readonly position: number;
            /**
             * Score
             * @description How well the passage was found; comparable only within one answer
             */
            readonly score: number;
            /**
             * Source
             * @description File name or URL, for people
             * @example Handbook.pdf
             */
            readonly source: string;
            readonly type: components["schemas"]["PieceType"];
        };
        /**
         * Collections
         * @description Answer of `GET /collections`: what a question can be limited to, in the order of their names.
         */
        readonly Collections: {
            /**
             * Collections
             * @example [
             *       "Engineering",
             *       "Human resources"
             *     ]
             */
            readonly collections: readonly string[];
        };
        /**
         * FinishReason
         * @description Why the answer ends where it does.
         *
         *     `extracted`: sentences of the documents, no chat model took part; `generated`: a chat model came to its end;
         *     `length`: it was cut at its longest answer; `nothing_found`: the documents hold nothing about the question, and
         *     citations are the nearest passages; `small_talk`: nothing was asked.
         * @enum {string}
         */
        readonly FinishReason: "extracted" | "generated" | "length" | "nothing_found" | "small_talk";
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
        /**
         * IndexCompleteness
         * @description Body of `POST /information_pieces/index`: what whoever keeps the originals says of the index.
         */
        readonly IndexCompleteness: {
            /**
             * Incomplete
             * @description Why documents are missing; none when all of them are there again
             */
            readonly incomplete?: string | null;
        };
        /**
         * IndexedDocument
         * @description A document as it is in the index.
         */
        readonly IndexedDocument: {
            /**
             * Outdated
             * @description It has no vectors of the embedding model that is used now
             * @default false
             */
            readonly outdated?: boolean;
            /** Pieces */
            readonly pieces: number;
        };
        /**
         * IndexListing
         * @description Answer of `GET /information_pieces/documents`.
         */
        readonly IndexListing: {
            /** Documents */
            readonly documents: {
                readonly [key: string]: components["schemas"]["IndexedDocument"];
            };
        };
        /**
         * IndexSummary
         * @description Answer of `GET /information_pieces/index`.
         */
        readonly IndexSummary: {
            /**
             * Documents
             * @description Documents that are found
             */
            readonly documents: number;
            /**
             * Incomplete
             * @description Why documents are missing; questions are refused then
             */
            readonly incomplete?: string | null;
            /**
             * Outdated
             * @description Documents without vectors of the embedding model that is used now
             * @default 0
             */
            readonly outdated?: number;
            /**
             * Pieces
             * @description Their pieces, and those that are being stored or deleted
             */
            readonly pieces: number;
        };
        /**
         * InformationPiece
         * @description A passage of a document, small enough to be quoted.
         */
        readonly InformationPiece: {
            /** Content */
            readonly content: string;
            /**
             * Headings
             * @description The headings it is under, the outermost first
             * @example [
             *       "Leave",
             *       "Parental leave"
             *     ]
             */
            readonly headings?: readonly string[];
            /**
             * Page
             * @description Page in the document, from 1; None where it has no pages
             */
            readonly page?: number | null;
            /**
             * Position
             * @description Place among the pieces of its document, from 0
             */
            readonly position: number;
            /**
             * Source
             * @description Where it is from, for people: a file name or a URL
             */
            readonly source: string;
            /** @default text */
            readonly type?: components["schemas"]["PieceType"];
        };
        /**
         * Passages
         * @description Answer of `GET /passages/{document_id}`: neighbouring pieces in the order of the document.
         */
        readonly Passages: {
            /**
             * Document Id
             * @example handbook.pdf
             */
            readonly document_id: string;
            /** Pieces */
            readonly pieces: readonly components["schemas"]["InformationPiece"][];
        };
        /**
         * PiecesChanged
         * @description Answer to both: how many pieces came and went.
         */
        readonly PiecesChanged: {
            /**
             * Added
             * @default 0
             */
            readonly added?: number;
            /**
             * Document Id
             * @example handbook.pdf
             */
            readonly document_id: string;
            /**
             * Removed
             * @default 0
             */
            readonly removed?: number;
        };
        /**
         * PiecesRemoval
         * @description Body of `POST /information_pieces/remove`: all pieces of one document.
         */
        readonly PiecesRemoval: {
            /**
             * Document Id
             * @example handbook.pdf
             */
            readonly document_id: string;
        };
        /**
         * PiecesUpload
         * @description Body of `POST /information_pieces/upload`: all pieces of one document, which replace those it had.
         */
        readonly PiecesUpload: {
            /**
             * Collection
             * @description The collection of the document, if any
             */
            readonly collection?: string | null;
            /**
             * Document Id
             * @example handbook.pdf
             */
            readonly document_id: string;
            /** Pieces */
            readonly pieces: readonly components["schemas"]["InformationPiece"][];
        };
        /**
         * PieceType
         * @description What a piece was in its document.
         * @enum {string}
         */
        readonly PieceType: "text" | "table" | "image";
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
    readonly chat_chat__session_id__post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description `text/event-stream` for the answer while it is made */
                readonly accept?: string;
            };
            readonly path: {
                readonly session_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ChatRequest"];
            };
        };
        readonly responses: {
            /** @description The answer; as events `delta`, then `answer` or `error`, when the caller accepts these */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ChatAnswer"];
                    /**
                     * @example event: delta
                     *     data: {"text":"The notice period is four weeks [1]."}
                     *
                     *     event: answer
                     *     data: {"answer":"The notice period is four weeks [1].","citations":[],"finish_reason":"generated"}
                     */
                    readonly "text/event-stream": string;
                };
            };
            /** @description The request is larger than is allowed */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request is over the limit of 64000000 bytes",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request does not fit */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "body.message: String should have at least 1 character",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A backing service is missing */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Qdrant at http://qdrant:6333 does not answer",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly collections_collections_get: {
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
                    readonly "application/json": components["schemas"]["Collections"];
                };
            };
            /** @description A backing service is missing */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Qdrant at http://qdrant:6333 does not answer",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
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
    readonly documents_information_pieces_documents_get: {
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
                    readonly "application/json": components["schemas"]["IndexListing"];
                };
            };
            /** @description The request is larger than is allowed */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request is over the limit of 64000000 bytes",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request does not fit */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "body.message: String should have at least 1 character",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A backing service is missing */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Qdrant at http://qdrant:6333 does not answer",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly index_information_pieces_index_get: {
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
                    readonly "application/json": components["schemas"]["IndexSummary"];
                };
            };
            /** @description The request is larger than is allowed */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request is over the limit of 64000000 bytes",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request does not fit */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "body.message: String should have at least 1 character",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A backing service is missing */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Qdrant at http://qdrant:6333 does not answer",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly set_completeness_information_pieces_index_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["IndexCompleteness"];
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
            /** @description The request is larger than is allowed */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request is over the limit of 64000000 bytes",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request does not fit */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "body.message: String should have at least 1 character",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A backing service is missing */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Qdrant at http://qdrant:6333 does not answer",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly remove_information_pieces_remove_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PiecesRemoval"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PiecesChanged"];
                };
            };
            /** @description The request is larger than is allowed */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request is over the limit of 64000000 bytes",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request does not fit */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "body.message: String should have at least 1 character",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A backing service is missing */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Qdrant at http://qdrant:6333 does not answer",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly upload_information_pieces_upload_post: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PiecesUpload"];
            };
        };
        readonly responses: {
            /** @description Successful Response */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PiecesChanged"];
                };
            };
            /** @description The request is larger than is allowed */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "the request is over the limit of 64000000 bytes",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request does not fit */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "body.message: String should have at least 1 character",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A backing service is missing */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Qdrant at http://qdrant:6333 does not answer",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly passages_passages__document_id__get: {
        readonly parameters: {
            readonly query: {
                /** @description Pieces before it, and as many after it */
                readonly around?: number;
                /** @description The `position` of a citation */
                readonly position: number;
            };
            readonly header?: never;
            readonly path: {
                readonly document_id: string;
            };
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
                    readonly "application/json": components["schemas"]["Passages"];
                };
            };
            /** @description The document does not exist, or none of its chunks is indexed */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request does not fit */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "body.message: String should have at least 1 character",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description A backing service is missing */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Qdrant at http://qdrant:6333 does not answer",
                     *       "request_id": "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"
                     *     }
                     */
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
                    readonly "application/json": components["schemas"]["ChatSession"];
                };
            };
            /** @description The identity provider does not answer */
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
                    readonly "application/json": components["schemas"]["ChatSession"];
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
            /** @description The identity provider does not answer */
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
            /** @description The identity provider does not answer */
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
