// Drawn by `npm run generate` from the OpenAPI description of the service. Do not edit.

export const shapes = {
  "DocumentState": {
    "enum": [
      "processing",
      "ready",
      "error",
      "deleting"
    ],
    "type": "string"
  },
  "DocumentStatus": {
    "required": [
      "identification",
      "file_name",
      "state",
      "changed"
    ],
    "type": "object",
    "properties": {
      "changed": {
        "type": "string"
      },
      "collection": {
        "anyOf": [
          {
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      },
      "file_name": {
        "type": "string"
      },
      "identification": {
        "type": "string"
      },
      "pieces": {
        "type": "integer"
      },
      "progress": {
        "anyOf": [
          {
            "$ref": "#/components/schemas/PagesRead"
          },
          {
            "type": "null"
          }
        ]
      },
      "reason": {
        "anyOf": [
          {
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      },
      "source_type": {
        "$ref": "#/components/schemas/SourceType"
      },
      "state": {
        "$ref": "#/components/schemas/DocumentState"
      },
      "will_retry": {
        "type": "boolean"
      }
    }
  },
  "Feedback": {
    "required": [
      "kind",
      "question",
      "identification",
      "changed"
    ],
    "type": "object",
    "properties": {
      "answer": {
        "type": "string"
      },
      "changed": {
        "type": "string"
      },
      "comment": {
        "type": "string"
      },
      "identification": {
        "type": "string"
      },
      "kind": {
        "$ref": "#/components/schemas/FeedbackKind"
      },
      "passages": {
        "type": "array",
        "items": {
          "$ref": "#/components/schemas/FeedbackPassage"
        }
      },
      "question": {
        "type": "string"
      },
      "session": {
        "type": "string"
      },
      "times": {
        "type": "integer"
      },
      "turn": {
        "type": "string"
      }
    }
  },
  "FeedbackKind": {
    "enum": [
      "helpful",
      "not_helpful",
      "unanswered"
    ],
    "type": "string"
  },
  "FeedbackPassage": {
    "required": [
      "document_id",
      "source"
    ],
    "type": "object",
    "properties": {
      "document_id": {
        "type": "string"
      },
      "excerpt": {
        "type": "string"
      },
      "source": {
        "type": "string"
      }
    }
  },
  "HTTPValidationError": {
    "type": "object",
    "properties": {
      "detail": {
        "type": "array",
        "items": {
          "$ref": "#/components/schemas/ValidationError"
        }
      }
    }
  },
  "Health": {
    "type": "object",
    "properties": {
      "status": {
        "const": "ok",
        "type": "string"
      }
    }
  },
  "IndexState": {
    "enum": [
      "complete",
      "incomplete",
      "unknown"
    ],
    "type": "string"
  },
  "IndexStatus": {
    "required": [
      "state",
      "documents"
    ],
    "type": "object",
    "properties": {
      "documents": {
        "type": "integer"
      },
      "indexing_again": {
        "type": "integer"
      },
      "missing": {
        "type": "integer"
      },
      "reason": {
        "anyOf": [
          {
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      },
      "state": {
        "$ref": "#/components/schemas/IndexState"
      }
    }
  },
  "PagesRead": {
    "required": [
      "read"
    ],
    "type": "object",
    "properties": {
      "of": {
        "anyOf": [
          {
            "type": "integer"
          },
          {
            "type": "null"
          }
        ]
      },
      "read": {
        "type": "integer"
      }
    }
  },
  "Problem": {
    "required": [
      "detail"
    ],
    "type": "object",
    "properties": {
      "detail": {
        "type": "string"
      },
      "request_id": {
        "anyOf": [
          {
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      }
    }
  },
  "Readiness": {
    "type": "object",
    "properties": {
      "services": {
        "type": "object"
      },
      "status": {
        "enum": [
          "ready",
          "not_ready"
        ],
        "type": "string"
      }
    }
  },
  "Reindexing": {
    "required": [
      "documents"
    ],
    "type": "object",
    "properties": {
      "documents": {
        "type": "integer"
      }
    }
  },
  "Session": {
    "required": [
      "auth",
      "signed_in",
      "may_read_originals",
      "largest_file_bytes",
      "recrawl_hours"
    ],
    "type": "object",
    "properties": {
      "auth": {
        "enum": [
          "token",
          "basic",
          "off"
        ],
        "type": "string"
      },
      "expires": {
        "anyOf": [
          {
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      },
      "largest_file_bytes": {
        "type": "integer"
      },
      "may_read_originals": {
        "type": "boolean"
      },
      "recrawl_hours": {
        "type": "number"
      },
      "signed_in": {
        "type": "boolean"
      }
    }
  },
  "SourceType": {
    "enum": [
      "file",
      "web_page",
      "sitemap",
      "confluence_space"
    ],
    "type": "string"
  },
  "ValidationError": {
    "required": [
      "loc",
      "msg",
      "type"
    ],
    "type": "object",
    "properties": {
      "ctx": {
        "type": "object"
      },
      "input": {},
      "loc": {
        "type": "array",
        "items": {
          "anyOf": [
            {
              "type": "string"
            },
            {
              "type": "integer"
            }
          ]
        }
      },
      "msg": {
        "type": "string"
      },
      "type": {
        "type": "string"
      }
    }
  },
  "VersionInfo": {
    "required": [
      "name",
      "version"
    ],
    "type": "object",
    "properties": {
      "libs": {
        "type": "object"
      },
      "name": {
        "type": "string"
      },
      "version": {
        "type": "string"
      }
    }
  }
} as const;
