package com.example;

/** 409, 412: it contradicts what is there: a cycle, a run too many, an execution that has ended. */
public final class ConflictException extends ApiException {
  ConflictException(Refusal refusal) {
    super(refusal);
  }
}
