// Drawn by `npm run generate` from the OpenAPI description of the service. Do not edit.

export const shapes = {
  "ChatAnswer": {
    "required": [
      "answer",
      "finish_reason"
    ],
    "type": "object",
    "properties": {
      "answer": {
        "type": "string"
      },
      "citations": {
        "type": "array",
        "items": {
          "$ref": "#/components/schemas/Citation"
        }
      },
      "finish_reason": {
        "$ref": "#/components/schemas/FinishReason"
      },
      "model_failure": {
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
  "ChatSession": {
    "required": [
      "auth",
      "signed_in"
    ],
    "type": "object",
    "properties": {
      "auth": {
        "enum": [
          "off",
          "token",
          "basic",
          "oidc"
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
      "signed_in": {
        "type": "boolean"
      }
    }
  },
  "Citation": {
    "required": [
      "document_id",
      "source",
      "position",
      "type",
      "score",
      "excerpt"
    ],
    "type": "object",
    "properties": {
      "document_id": {
        "type": "string"
      },
      "excerpt": {
        "type": "string"
      },
      "headings": {
        "type": "array",
        "items": {
          "type": "string"
        }
      },
      "number": {
        "type": "integer"
      },
      "page": {
        "anyOf": [
          {
            "type": "integer"
          },
          {
            "type": "null"
          }
        ]
      },
      "position": {
        "type": "integer"
      },
      "score": {
        "type": "number"
      },
      "source": {
        "type": "string"
      },
      "type": {
        "$ref": "#/components/schemas/PieceType"
      }
    }
  },
  "Collections": {
    "required": [
      "collections"
    ],
    "type": "object",
    "properties": {
      "collections": {
        "type": "array",
        "items": {
          "type": "string"
        }
      }
    }
  },
  "FinishReason": {
    "enum": [
      "extracted",
      "generated",
      "length",
      "nothing_found",
      "small_talk"
    ],
    "type": "string"
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
  "IndexListing": {
    "required": [
      "documents"
    ],
    "type": "object",
    "properties": {
      "documents": {
        "type": "object"
      }
    }
  },
  "IndexSummary": {
    "required": [
      "documents",
      "pieces"
    ],
    "type": "object",
    "properties": {
      "documents": {
        "type": "integer"
      },
      "incomplete": {
        "anyOf": [
          {
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      },
      "outdated": {
        "type": "integer"
      },
      "pieces": {
        "type": "integer"
      }
    }
  },
  "InformationPiece": {
    "required": [
      "content",
      "source",
      "position"
    ],
    "type": "object",
    "properties": {
      "content": {
        "type": "string"
      },
      "headings": {
        "type": "array",
        "items": {
          "type": "string"
        }
      },
      "page": {
        "anyOf": [
          {
            "type": "integer"
          },
          {
            "type": "null"
          }
        ]
      },
      "position": {
        "type": "integer"
      },
      "source": {
        "type": "string"
      },
      "type": {
        "$ref": "#/components/schemas/PieceType"
      }
    }
  },
  "Passages": {
    "required": [
      "document_id",
      "pieces"
    ],
    "type": "object",
    "properties": {
      "document_id": {
        "type": "string"
      },
      "pieces": {
        "type": "array",
        "items": {
          "$ref": "#/components/schemas/InformationPiece"
        }
      }
    }
  },
  "PieceType": {
    "enum": [
      "text",
      "table",
      "image"
    ],
    "type": "string"
  },
  "PiecesChanged": {
    "required": [
      "document_id"
    ],
    "type": "object",
    "properties": {
      "added": {
        "type": "integer"
      },
      "document_id": {
        "type": "string"
      },
      "removed": {
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
