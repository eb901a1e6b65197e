"""What happens when a review ends well. Free of imports of ours at the top: Wagtail loads it by name.

Wagtail asks for the permission to publish when a workflow finishes. A reviewer has none, on purpose: with it they
could skip the review. The approval itself is the permission, so it is looked at once more before it counts.
"""


def publish_approved(workflow_state, user=None) -> None:
    """Publish the revision that was approved. Raises PermissionDenied when no review of ours has approved an entry."""
    from .models import review

    review.require_approval(workflow_state)
    by_rule = review.is_by_rule(workflow_state)
    revision = workflow_state.content_object.get_latest_revision()
    revision.publish(
        user=None if by_rule else user,
        log_action=review.SMALL_CORRECTION if by_rule else True,
        skip_permission_checks=True,
    )
