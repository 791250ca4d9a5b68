package com.example;

/** 404: no such task, execution or dependency. */
public final class NotFoundException extends ApiException {
  NotFoundException(Refusal refusal) {
    super(refusal);
  }
}
