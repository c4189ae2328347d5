"""Who may do what: roles and permissions as data. Which rows they may know of is `visible_to`, not this file."""

from enum import Enum

from django.db import models


class Role(models.TextChoices):
    CLINICIAN = "clinician", "Clinician"
    SUPERVISOR = "supervisor", "Supervisor"
    ADMIN = "admin", "Admin"
    AUDITOR = "auditor", "Auditor"


class Permission(Enum):
    OWN_ACCOUNT = "own account"
    PATIENT_VIEW = "see patients in their care"
    PATIENT_ADMIT = "admit and re-admit"
    CARE_LOG = "log what happened with a patient"
    CARE_MOVE = "transfer, pause and discharge"
    COUNSELING = "write and read counseling notes"
    BREAK_GLASS = "open a patient in an emergency"
    DISCLOSE = "record consents, their end, and what is given to others"
    TEAM_ASSIGN = "change care teams"
    TEAM_REVIEW = "see the supervisor's pages"
    POLICIES = "see who has read the boundary policies"
    MANAGE = "manage staff, programs and assignments"
    EXPORT = "take lists out"
    PATIENT_EXPORT = "take out what is about their patients"
    EXPORT_REVIEW = "see who took out what"
    AUDIT = "read the access log and configuration"
    APPROVE = "be the second person"


EVERYONE = frozenset({Permission.OWN_ACCOUNT, Permission.EXPORT})
CARE = EVERYONE | {
    Permission.PATIENT_VIEW,
    Permission.PATIENT_ADMIT,
    Permission.CARE_LOG,
    Permission.CARE_MOVE,
    Permission.COUNSELING,
    Permission.BREAK_GLASS,
    Permission.DISCLOSE,
    Permission.PATIENT_EXPORT,
}

PERMISSIONS = {
    Role.CLINICIAN: CARE,
    Role.SUPERVISOR: CARE | {Permission.TEAM_ASSIGN, Permission.TEAM_REVIEW, Permission.POLICIES, Permission.APPROVE},
    # An admin may stand on a care team and then cares like anybody else, but takes nothing about patients out; without
    # a care team they see no patient.
    Role.ADMIN: EVERYONE
    | {
        Permission.MANAGE,
        Permission.POLICIES,
        Permission.TEAM_ASSIGN,
        Permission.PATIENT_VIEW,
        Permission.CARE_LOG,
        Permission.EXPORT_REVIEW,
        Permission.APPROVE,
    },
    Role.AUDITOR: EVERYONE | {Permission.AUDIT, Permission.EXPORT_REVIEW, Permission.APPROVE},
}
# Where the start page leads.
HOME = {
    Role.CLINICIAN: "interactions:today",
    Role.SUPERVISOR: "insights:team",
    Role.ADMIN: "interactions:manage",
    Role.AUDITOR: "patients:access_log",
}
