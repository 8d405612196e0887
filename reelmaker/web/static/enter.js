// The last step of opening the window: this page, which has the cookie now, goes on to the window by itself.
location.replace("/");
