"""What happens when a review ends well. Free of imports of ours: Wagtail loads it by name.

Wagtail asks for the permission to publish when a workflow finishes. A reviewer has none, on purpose: with it they
could skip the review. The approval itself is the permission.
"""


def publish_approved(workflow_state, user=None) -> None:
    """Publish the revision that was approved."""
    workflow_state.content_object.get_latest_revision().publish(user=user, skip_permission_checks=True)
