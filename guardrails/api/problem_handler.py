"""The one place where what was raised becomes an HTTP problem."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError
from rest_framework import exceptions as drf

from guardrails.actions import faults
from guardrails.actions.approvals import approval_faults
from guardrails.actions.cases import link_faults
from guardrails.actions.exceptions import lifecycle_faults
from guardrails.actions.follow_ups import follow_up_faults
from guardrails.actions.freezes import freeze_faults
from guardrails.actions.settlements import settlement_faults
from guardrails.actions.work_items import work_item_faults
from guardrails.api.authentication import HOW
from guardrails.api.problems import FieldFault, Problem, ProblemError

ACTION_STATUS: dict[type[faults.ActionError], int] = {
    faults.MissingScopeError: HTTPStatus.FORBIDDEN,
    faults.UnknownAgentError: HTTPStatus.FORBIDDEN,
    faults.UnknownPolicyError: HTTPStatus.NOT_FOUND,
    faults.UnpublishedPolicyError: HTTPStatus.CONFLICT,
    faults.InvalidQuestionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    faults.UnknownDecisionError: HTTPStatus.NOT_FOUND,
    faults.NotOfferedError: HTTPStatus.CONFLICT,
    faults.OutOfRangeError: HTTPStatus.UNPROCESSABLE_ENTITY,
    faults.AlreadyGrantedError: HTTPStatus.CONFLICT,
    faults.DecisionTooOldError: HTTPStatus.CONFLICT,
    faults.MissingKeyError: HTTPStatus.BAD_REQUEST,
    faults.KeyConflictError: HTTPStatus.CONFLICT,
    faults.UnknownExceptionError: HTTPStatus.NOT_FOUND,
    faults.WrongStateError: HTTPStatus.CONFLICT,
    faults.LostRaceError: HTTPStatus.CONFLICT,
    faults.NeedsApprovalError: HTTPStatus.CONFLICT,
    lifecycle_faults.NotForRoleError: HTTPStatus.FORBIDDEN,
    freeze_faults.StoppedError: HTTPStatus.CONFLICT,
    freeze_faults.InvalidFreezeError: HTTPStatus.UNPROCESSABLE_ENTITY,
    freeze_faults.UnknownFreezeError: HTTPStatus.NOT_FOUND,
    freeze_faults.FreezeIsOverError: HTTPStatus.CONFLICT,
    follow_up_faults.UnknownFollowUpError: HTTPStatus.NOT_FOUND,
    follow_up_faults.FollowUpClosedError: HTTPStatus.CONFLICT,
    follow_up_faults.InvalidRecipientError: HTTPStatus.UNPROCESSABLE_ENTITY,
    follow_up_faults.InvalidOutcomeError: HTTPStatus.UNPROCESSABLE_ENTITY,
    follow_up_faults.OutcomeConflictError: HTTPStatus.CONFLICT,
    work_item_faults.UnknownWorkItemError: HTTPStatus.NOT_FOUND,
    work_item_faults.WorkItemTakenError: HTTPStatus.CONFLICT,
    work_item_faults.NotReceiverError: HTTPStatus.FORBIDDEN,
    link_faults.UnknownCaseError: HTTPStatus.NOT_FOUND,
    link_faults.InvalidLinkError: HTTPStatus.UNPROCESSABLE_ENTITY,
    link_faults.ChainTooLongError: HTTPStatus.CONFLICT,
    link_faults.NotLinkedError: HTTPStatus.CONFLICT,
    approval_faults.UnknownApprovalError: HTTPStatus.NOT_FOUND,
    approval_faults.MayNotVoteError: HTTPStatus.FORBIDDEN,
    approval_faults.ApprovalClosedError: HTTPStatus.CONFLICT,
    approval_faults.ClaimedError: HTTPStatus.CONFLICT,
    approval_faults.NotClaimedError: HTTPStatus.CONFLICT,
    approval_faults.NoQuestionError: HTTPStatus.CONFLICT,
    approval_faults.ReasonMissingError: HTTPStatus.UNPROCESSABLE_ENTITY,
    approval_faults.StandingNoError: HTTPStatus.CONFLICT,
    approval_faults.FactsChangedError: HTTPStatus.CONFLICT,
    settlement_faults.WrongSettlementError: HTTPStatus.CONFLICT,
    settlement_faults.InvalidSettlementError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""How each refusal of an action is answered; a test says that none is missing."""

MOST_HINTED = 200
"""How many characters of an address are repeated in a hint."""


def problem_of(error: Exception, request: HttpRequest) -> Problem:
    """Give the problem of whatever was raised; what nobody expected is logged, and told to nobody."""
    if isinstance(error, ProblemError):
        return error.problem
    if isinstance(error, faults.ActionError):
        return _refused(error)
    for kind, make in _MADE_OF.items():
        if isinstance(error, kind):
            return make(error, request)
    # Django's own handler would answer in HTML; its signal is what the log listens to.
    got_request_exception.send(sender=problem_of, request=request)
    return Problem(
        status=500,
        code="internal_error",
        title="Something went wrong here",
        detail="The fault is ours and has been logged; nothing was changed. Tell us the request_id.",
    )


def _refused(error: faults.ActionError) -> Problem:
    code = "invalid" if isinstance(error, faults.InvalidQuestionError) else error.code
    errors = [FieldFault(pointer=fault.path, code=code, detail=fault.message) for fault in error.errors]
    return Problem(
        status=ACTION_STATUS[type(error)],
        code=error.code,
        title=error.title,
        detail=_unread(errors) if isinstance(error, faults.InvalidQuestionError) else error.detail,
        errors=errors,
        alternatives=error.alternatives,
    )


def _unread(errors: Sequence[FieldFault]) -> str:
    if len(errors) == 1:
        return f"{errors[0].pointer} {errors[0].detail}. Nothing was decided."
    return f"{len(errors)} inputs are not valid; see errors. Nothing was decided."


def _unauthenticated(error: Exception, request: HttpRequest) -> Problem:
    detail = str(error.detail) if isinstance(error, drf.AuthenticationFailed) else HOW
    return Problem(
        status=401,
        code="not_authenticated",
        title="Who are you?",
        detail=detail,
        headers={"WWW-Authenticate": "Token"},
    )


def _forbidden(error: Exception, request: HttpRequest) -> Problem:
    detail = str(error.detail) if isinstance(error, drf.PermissionDenied) else "This token may not do that."
    return Problem(status=403, code="missing_scope", title=faults.MissingScopeError.title, detail=detail)


def _not_found(error: Exception, request: HttpRequest) -> Problem:
    path = request.path[:MOST_HINTED]
    hint = "" if path.endswith("/") else " Every address of the API ends with a slash."
    return Problem(
        status=404,
        code="not_found",
        title="Nothing here",
        detail=f"There is nothing at {path} that this token can see.{hint}",
    )


def _method(error: Exception, request: HttpRequest) -> Problem:
    return Problem(
        status=405,
        code="method_not_allowed",
        title="This address does not take that method",
        detail=f"{request.method} is not possible here; the header Allow says what is.",
    )


def _media_type(error: Exception, request: HttpRequest) -> Problem:
    return Problem(
        status=415,
        code="unsupported_media_type",
        title="Send JSON",
        detail="Send the body as JSON in UTF-8, with the header Content-Type: application/json.",
    )


def _throttled(error: Exception, request: HttpRequest) -> Problem:
    seconds = max(1, round(getattr(error, "wait", None) or 1))
    return Problem(
        status=429,
        code="too_many_requests",
        title="Too many requests",
        detail=f"This token may ask again in {seconds} second{'s' if seconds > 1 else ''}.",
        headers={"Retry-After": str(seconds)},
    )


def _too_large(error: Exception, request: HttpRequest) -> Problem:
    return Problem(
        status=413,
        code="too_large",
        title="The body is too large",
        detail="Send at most 256 KiB.",
    )


def _broken_off(error: Exception, request: HttpRequest) -> Problem:
    return Problem(
        status=400,
        code="invalid_json",
        title="The body is not JSON",
        detail="The body could not be read to its end.",
    )


_MADE_OF: dict[type[Exception], Callable[[Exception, HttpRequest], Problem]] = {
    drf.NotAuthenticated: _unauthenticated,
    drf.AuthenticationFailed: _unauthenticated,
    drf.PermissionDenied: _forbidden,
    PermissionDenied: _forbidden,
    drf.NotFound: _not_found,
    Http404: _not_found,
    drf.MethodNotAllowed: _method,
    drf.UnsupportedMediaType: _media_type,
    drf.Throttled: _throttled,
    RequestDataTooBig: _too_large,
    UnreadablePostError: _broken_off,
    RawPostDataException: _broken_off,
}
