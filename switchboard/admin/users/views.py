"""Users: who there is, what they may do, and one's own account."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from switchboard.admin import passwords, sessions
from switchboard.admin.area import Area
from switchboard.admin.audience import ADMINISTRATORS, SIGNED_IN
from switchboard.admin.current import actor, context, settings, store, user
from switchboard.admin.layout import told
from switchboard.admin.signing_in.forms import ChangeForm
from switchboard.admin.users.forms import NewUserForm, RoleForm, SupportForm
from switchboard.errors import UserError
from switchboard.storage import users
from switchboard.storage.sign_ins import begin_try
from switchboard.storage.users import Role

area = Area("users", "/users")


@area.page("", to=ADMINISTRATORS)
def overview() -> str:
    return render_template("users/overview.html", users=users.all_users(store()))


@area.page("/me", to=SIGNED_IN)
def me() -> str:
    return render_template("users/me.html")


@area.page("/me/password", to=SIGNED_IN, methods=["GET", "POST"])
def password() -> str | Response | tuple[str, int]:
    """Change one's own. Whoever doesn't know the one in use is held up as when signing in."""
    own = user()
    if not own.has_password:  # of the organisation's account, which is changed there
        abort(404)
    form = ChangeForm(own.name)
    if form.validate_on_submit():
        here = context()
        attempt = begin_try(here.store, own.name, sessions.address(), here.limits, at=here.now())
        found = users.password_hash_of(here.store, own.name)
        if attempt is None:
            form.current.errors.append(
                f"There were too many wrong tries. Wait {settings().admin.lock_minutes} minutes"
            )
        elif found is None or not passwords.is_right(form.current.data, found[1]):
            form.current.errors.append("This is not the password that you use now")
        else:
            users.change_password(here.store, own, passwords.hashed(form.password.data))
            sessions.sign_in(own, attempt)
            told("Your password is changed. You are signed out everywhere else.")
            return redirect(url_for("users.me"))
    page = render_template("users/password.html", form=form)
    return page, 422 if form.errors else 200


@area.page("/add", to=ADMINISTRATORS, methods=["GET", "POST"])
def add() -> str | tuple[str, int]:
    form = NewUserForm()
    if form.validate_on_submit():
        try:
            added = users.add_user(store(), form.name.data, Role(form.role.data), actor=actor())
        except UserError as error:
            form.name.errors.append(str(error))
        else:
            return _with_link(added.name)
    return render_template("users/add.html", form=form)


@area.page("/support", to=ADMINISTRATORS, methods=["GET", "POST"])
def support() -> str | Response | tuple[str, int]:
    """Let a supplier's engineer in for a while."""
    form = SupportForm()
    if form.validate_on_submit():
        until = context().now() + timedelta(hours=int(form.hours.data))
        names = {user.name for user in users.all_users(store())}
        try:
            if users.folded(form.name.data) in names:
                granted = users.grant_support(store(), form.name.data, until, actor=actor())
            else:
                granted = users.add_user(
                    store(), form.name.data, Role.SUPPORT, actor=actor(), support_until=until
                )
        except UserError as error:
            form.name.errors.append(str(error))
        else:
            if granted.has_password or granted.subject:
                told(f"{granted.name} has support access now.")
                return redirect(url_for("users.one", name=granted.name))
            return _with_link(granted.name)
    return render_template("users/support.html", form=form)


@area.page("/named/<name>", to=ADMINISTRATORS, methods=["GET", "POST"])
def one(name: str) -> str | Response:
    found = users.user_named(store(), name)
    form = RoleForm(role=found.role.value)
    if form.validate_on_submit():
        users.set_role(store(), name, Role(form.role.data), actor=actor())
        told(f"{found.name} has another role now.")
        return redirect(url_for("users.one", name=found.name))
    return render_template("users/one.html", form=form, found=found)


@area.page("/named/<name>/link", to=ADMINISTRATORS, methods=["POST"])
def link(name: str) -> str | tuple[str, int]:
    return _with_link(users.user_named(store(), name).name)


@area.page("/named/<name>/unlock", to=ADMINISTRATORS, methods=["POST"])
def unlock(name: str) -> Response:
    users.unlock(store(), name, actor=actor())
    told(f"{name} can try again at once.")
    return redirect(url_for("users.one", name=name))


@area.page("/named/<name>/disable", to=ADMINISTRATORS, methods=["POST"])
def disable(name: str) -> Response:
    users.set_disabled(store(), name, disabled=True, actor=actor())
    told(f"{name} can't sign in any more.")
    return redirect(url_for("users.one", name=name))


@area.page("/named/<name>/enable", to=ADMINISTRATORS, methods=["POST"])
def enable(name: str) -> Response:
    users.set_disabled(store(), name, disabled=False, actor=actor())
    told(f"{name} can sign in again.")
    return redirect(url_for("users.one", name=name))


def _with_link(name: str) -> str:
    """The page with a new one-time link: shown once, and not to be had again."""
    secret = users.new_link(store(), name, actor=actor(), at=context().now())
    path = url_for("signing_in.choose", secret=secret)
    address = settings().admin.address
    full = (
        f"{address}{path}"
        if address
        else url_for("signing_in.choose", secret=secret, _external=True)
    )
    return render_template("users/link.html", name=name, link=full)
