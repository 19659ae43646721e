"""What leaves the portal as files: lists for Excel, archives of applications, prints of drafts."""
