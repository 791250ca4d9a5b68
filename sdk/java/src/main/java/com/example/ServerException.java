package com.example;

/** 5xx: the fault is the service's. */
public class ServerException extends ApiException {
  ServerException(Refusal refusal) {
    super(refusal);
  }
}
